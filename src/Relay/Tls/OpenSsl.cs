using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PrivateConnect.Relay.Tls;

/// <summary>
/// The calls into OpenSSL 3 that an agent's connection needs: a TLS 1.3 handshake over memory, and the record's cipher.
/// Names and constants are those of OpenSSL's headers.
/// </summary>
internal static unsafe partial class OpenSsl
{
    /// <summary>
    /// Name of the switch that takes the platform's SslStream instead (environment variable, "1"): for comparing the two.
    /// </summary>
    public const string ManagedSwitch = "PRIVATECONNECT_MANAGED_TLS";

    public const int TLS1_3_VERSION = 0x0304;
    public const int SSL_ERROR_WANT_READ = 2;
    public const int SSL_CTRL_SESS_CACHE_MODE = 44;
    public const int SSL_CTRL_SET_TLSEXT_HOSTNAME = 55;
    public const int SSL_CTRL_CHAIN_CERT = 89;
    public const int SSL_CTRL_SET_MIN_PROTO_VERSION = 123;
    public const int SSL_CTRL_SET_MAX_PROTO_VERSION = 124;
    public const int SSL_TLSEXT_ERR_OK = 0;
    public const int SSL_TLSEXT_ERR_ALERT_FATAL = 2;
    public const int EVP_CTRL_AEAD_GET_TAG = 0x10;
    public const int EVP_CTRL_AEAD_SET_TAG = 0x11;

    public const ulong SSL_OP_CIPHER_SERVER_PREFERENCE = 1 << 22;

    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    /// <summary>Whether this machine has the library, and nobody asked for the platform's TLS.</summary>
    public static bool IsAvailable { get; } =
        OperatingSystem.IsLinux()
        && Environment.GetEnvironmentVariable(ManagedSwitch) != "1"
        && NativeLibrary.TryLoad(Crypto, out _)
        && NativeLibrary.TryLoad(Ssl, out _);

    [LibraryImport(Ssl)]
    public static partial nint TLS_server_method();

    [LibraryImport(Ssl)]
    public static partial nint TLS_client_method();

    [LibraryImport(Ssl)]
    public static partial nint SSL_CTX_new(nint method);

    [LibraryImport(Ssl)]
    public static partial void SSL_CTX_free(nint context);

    [LibraryImport(Ssl)]
    public static partial nint SSL_CTX_ctrl(nint context, int command, nint argument, nint pointer);

    [LibraryImport(Ssl)]
    public static partial ulong SSL_CTX_set_options(nint context, ulong options);

    [LibraryImport(Ssl)]
    public static partial int SSL_CTX_set_num_tickets(nint context, nuint count);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_set_ciphersuites(nint context, string suites);

    [LibraryImport(Ssl)]
    public static partial int SSL_CTX_use_certificate(nint context, nint certificate);

    [LibraryImport(Ssl)]
    public static partial int SSL_CTX_use_PrivateKey(nint context, nint key);

    [LibraryImport(Ssl)]
    public static partial void SSL_CTX_set_alpn_select_cb(
        nint context, delegate* unmanaged<nint, byte**, byte*, byte*, uint, nint, int> select, nint argument);

    /// <summary>Zero is success here, unlike elsewhere.</summary>
    [LibraryImport(Ssl)]
    public static partial int SSL_CTX_set_alpn_protos(nint context, byte* protocols, uint length);

    [LibraryImport(Ssl)]
    public static partial void SSL_CTX_set_keylog_callback(nint context, delegate* unmanaged<nint, byte*, void> log);

    [LibraryImport(Ssl)]
    public static partial nint SSL_new(nint context);

    [LibraryImport(Ssl)]
    public static partial void SSL_free(nint ssl);

    [LibraryImport(Ssl)]
    public static partial void SSL_set_bio(nint ssl, nint reads, nint writes);

    [LibraryImport(Ssl)]
    public static partial void SSL_set_connect_state(nint ssl);

    [LibraryImport(Ssl)]
    public static partial void SSL_set_accept_state(nint ssl);

    [LibraryImport(Ssl)]
    public static partial nint SSL_ctrl(nint ssl, int command, nint argument, nint pointer);

    [LibraryImport(Ssl)]
    public static partial int SSL_do_handshake(nint ssl);

    [LibraryImport(Ssl)]
    public static partial int SSL_get_error(nint ssl, int result);

    [LibraryImport(Ssl)]
    public static partial void SSL_get0_alpn_selected(nint ssl, out byte* protocol, out uint length);

    [LibraryImport(Ssl)]
    public static partial nint SSL_get_current_cipher(nint ssl);

    [LibraryImport(Ssl)]
    public static partial ushort SSL_CIPHER_get_protocol_id(nint cipher);

    [LibraryImport(Ssl)]
    public static partial nint SSL_get_peer_cert_chain(nint ssl);

    [LibraryImport(Crypto)]
    public static partial nint BIO_new(nint method);

    [LibraryImport(Crypto)]
    public static partial nint BIO_s_mem();

    [LibraryImport(Crypto)]
    public static partial int BIO_read(nint bio, byte* into, int count);

    [LibraryImport(Crypto)]
    public static partial int BIO_write(nint bio, byte* from, int count);

    [LibraryImport(Crypto)]
    public static partial nuint BIO_ctrl_pending(nint bio);

    [LibraryImport(Crypto)]
    public static partial int OPENSSL_sk_num(nint stack);

    [LibraryImport(Crypto)]
    public static partial nint OPENSSL_sk_value(nint stack, int index);

    [LibraryImport(Crypto)]
    public static partial nint d2i_X509(nint target, byte** der, nint length);

    [LibraryImport(Crypto)]
    public static partial int i2d_X509(nint certificate, byte** into);

    [LibraryImport(Crypto)]
    public static partial void X509_free(nint certificate);

    [LibraryImport(Crypto)]
    public static partial nint d2i_AutoPrivateKey(nint target, byte** der, nint length);

    [LibraryImport(Crypto)]
    public static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Crypto)]
    public static partial nint EVP_aes_128_gcm();

    [LibraryImport(Crypto)]
    public static partial nint EVP_aes_256_gcm();

    [LibraryImport(Crypto)]
    public static partial nint EVP_chacha20_poly1305();

    [LibraryImport(Crypto)]
    public static partial nint EVP_CIPHER_CTX_new();

    [LibraryImport(Crypto)]
    public static partial void EVP_CIPHER_CTX_free(nint context);

    [LibraryImport(Crypto)]
    public static partial int EVP_CIPHER_CTX_ctrl(nint context, int command, int argument, void* pointer);

    /// <summary>Changes only what is not null: the cipher and key once, then a nonce per record.</summary>
    [LibraryImport(Crypto)]
    public static partial int EVP_CipherInit_ex(nint context, nint cipher, nint engine, byte* key, byte* nonce, int encrypts);

    [LibraryImport(Crypto)]
    public static partial int EVP_CipherUpdate(nint context, byte* into, int* written, byte* from, int count);

    [LibraryImport(Crypto)]
    public static partial int EVP_CipherFinal_ex(nint context, byte* into, int* written);

    [LibraryImport(Crypto)]
    public static partial void ERR_clear_error();

    [LibraryImport(Crypto)]
    private static partial nuint ERR_get_error();

    [LibraryImport(Crypto)]
    private static partial nint ERR_reason_error_string(nuint error);

    /// <summary>What went wrong first on this thread, in the library's words; empties its list.</summary>
    public static string TakeError()
    {
        var text = Marshal.PtrToStringUTF8(ERR_reason_error_string(ERR_get_error()));
        ERR_clear_error();
        return text ?? "unknown error";
    }

    /// <summary>The result, if it is one.</summary>
    /// <exception cref="CryptographicException">The call failed.</exception>
    public static nint Require(nint result, [CallerArgumentExpression(nameof(result))] string call = "") =>
        result > 0 ? result : throw new CryptographicException($"OpenSSL: {TakeError()} ({call}).");
}
