using System.Security.Cryptography;
using System.Text;

namespace PrivateConnect.Hub.Devices;

/// <summary>
/// Hashes user codes with a key that lies in the data folder: all 34.6 bits of a code are tried against a plain hash within
/// minutes, so the database alone must not be enough (docs/decisions/0065).
/// </summary>
public sealed class UserCodeKey
{
    /// <summary>Its name in the data folder.</summary>
    public const string FileName = "codes.key";

    // As long as the hash: a longer one adds nothing.
    private const int KeyBytes = HMACSHA256.HashSizeInBytes;

    private readonly byte[] _key;

    private UserCodeKey(byte[] key) => _key = key;

    /// <summary>The key of this folder, made when there is none. Lost with its file: open codes then name nobody, no more.</summary>
    /// <exception cref="HubStartException">It cannot be read or written, or is no key.</exception>
    public static UserCodeKey LoadOrMake(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            if (!File.Exists(path))
                SafeFile.Write(path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes)) + "\n", SafeFile.Secret);
            if (Convert.FromHexString(File.ReadAllText(path).Trim()) is { Length: KeyBytes } key) return new UserCodeKey(key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HubStartException(ExitCodes.DataFolder, $"the key of device codes, {path}, cannot be used: {e.Message}");
        }
        catch (FormatException)
        {
            // Answered below, as one of another length.
        }

        throw new HubStartException(ExitCodes.DataFolder,
            $"the key of device codes, {path}, is no key: remove it and the hub makes another (codes that are open now end)");
    }

    /// <summary>What the database keeps of a user code, as it is shown.</summary>
    internal string Hash(string userCode) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(userCode)));
}
