using System.Net.Security;
using System.Security.Cryptography;

namespace PrivateConnect.Hub.Certificates;

/// <summary>Where the pair lies: TLS_CERT and TLS_KEY, or hub.crt and hub.key in the data folder, made when both are absent.</summary>
public sealed class CertificateFiles
{
    private readonly string _certificatePath;
    private readonly string _keyPath;
    private readonly TlsCipherSuite? _firstCipher;
    private string? _lastText;

    /// <summary>The pair of these options.</summary>
    public CertificateFiles(HubOptions options)
    {
        IsOwn = options.TlsCert is null;
        _firstCipher = options.FirstCipher;
        _certificatePath = options.TlsCert ?? Path.Combine(options.DataDir, "hub.crt");
        _keyPath = options.TlsKey ?? Path.Combine(options.DataDir, "hub.key");
    }

    internal bool IsOwn { get; }

    /// <summary>Loads the pair; makes the hub's own when there is none yet.</summary>
    /// <exception cref="HubStartException">One clear line.</exception>
    public HubCertificate LoadOrMake(TimeProvider time)
    {
        try
        {
            if (IsOwn && !File.Exists(_certificatePath) && !File.Exists(_keyPath))
            {
                var (certificate, key) = SelfSigned.Make(time.GetUtcNow());
                SafeFile.Write(_keyPath, key, SafeFile.Secret);
                SafeFile.Write(_certificatePath, certificate, SafeFile.Readable);
            }

            return Read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            var hint = IsOwn ? "; put the missing half back, or remove both to get a new key (agents must then be given the new pin)" : "";
            throw new HubStartException(ExitCodes.Certificate, $"certificate {_certificatePath} with key {_keyPath}: {e.Message}{hint}");
        }
    }

    /// <summary>The pair again when its bytes changed since the last look; null when they did not.</summary>
    /// <exception cref="CryptographicException">The bytes are no pair; said once per change.</exception>
    internal HubCertificate? ReadIfChanged()
    {
        var (certificate, key) = (File.ReadAllText(_certificatePath), File.ReadAllText(_keyPath));
        if (certificate + key == _lastText)
            return null;
        _lastText = certificate + key;
        return HubCertificate.FromPem(certificate, key, _firstCipher);
    }

    private HubCertificate Read()
    {
        var (certificate, key) = (File.ReadAllText(_certificatePath), File.ReadAllText(_keyPath));
        _lastText = certificate + key;
        return HubCertificate.FromPem(certificate, key, _firstCipher);
    }
}
