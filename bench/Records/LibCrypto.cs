using System.Runtime.InteropServices;

namespace PrivateConnect.Bench.Records;

/// <summary>What the record experiment needs of OpenSSL 3.</summary>
internal static unsafe partial class LibCrypto
{
    public const int GetTag = 0x10;
    public const int SetTag = 0x11;

    private const string Library = "libcrypto.so.3";

    [LibraryImport(Library)]
    public static partial nint EVP_CIPHER_CTX_new();

    [LibraryImport(Library)]
    public static partial void EVP_CIPHER_CTX_free(nint context);

    [LibraryImport(Library)]
    public static partial nint EVP_aes_128_gcm();

    [LibraryImport(Library)]
    public static partial int EVP_CipherInit_ex(nint context, nint cipher, nint engine, byte* key, byte* nonce, int seals);

    [LibraryImport(Library)]
    public static partial int EVP_CipherUpdate(nint context, byte* into, int* count, byte* from, int size);

    [LibraryImport(Library)]
    public static partial int EVP_CipherFinal_ex(nint context, byte* into, int* count);

    [LibraryImport(Library)]
    public static partial int EVP_CIPHER_CTX_ctrl(nint context, int what, int size, byte* tag);
}
