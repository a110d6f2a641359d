using System.Runtime.InteropServices;
using System.Security.Cryptography;
using X86 = System.Runtime.Intrinsics.X86;

namespace PrivateConnect.Relay.Tls;

/// <summary>
/// The AES-GCM of Intel's Multi-Buffer Crypto for IPsec library (Debian: libipsec-mb1), taken where it is installed and the processor
/// encrypts four blocks with one instruction (VAES): a quarter of the time of OpenSSL 3.0, which does not use them
/// (decisions/0036).
/// </summary>
internal static unsafe class IpsecMb
{
    /// <summary>
    /// Name of the switch that leaves the library alone (environment variable, "libcrypto"): for comparing the two.
    /// </summary>
    public const string Switch = "PRIVATECONNECT_RECORD_CIPHER";

    /// <summary>
    /// Bytes for a prepared key: the library's structure takes 1,008 or 1,264 in the versions that are accepted.
    /// </summary>
    public const int KeySize = 1280;

    /// <summary>Bytes for the state of one record: 88 in the versions that are accepted.</summary>
    public const int StateSize = 128;

    /// <summary>What both are aligned to: the widest register.</summary>
    public const int Alignment = 64;

    private const string Library = "libIPSec_MB.so.1";

    /// <summary>
    /// The manager's function pointers stand in one order from 1.1 on, and new ones come behind them as long as the library's
    /// name ends in .so.1: its header promises it, and the headers of 1.1 to 1.5 keep it.
    /// </summary>
    private const uint FirstVersion = 0x010100;

    private const uint EndOfVersions = 0x020000;

    // Of the manager: bytes to its features and to its first function pointer, then pointers by their place.
    private const int FeaturesAt = 8;
    private const int FunctionsAt = 64;
    private const int SealAt = 24;
    private const int OpenAt = 27;
    private const int BeginAt = 30;
    private const int SealMoreAt = 33;
    private const int EndSealAt = 39;
    private const int PrepareAt = 48;

    /// <summary>Each function comes for keys of 16, 24 and 32 bytes.</summary>
    private const int StepOf256 = 2;

    /// <summary>
    /// The features of which the library takes its widest path, AES on 64 bytes at once: SHANI, AVX-512 F, DQ, CD, BW and VL, VAES,
    /// VPCLMULQDQ, GFNI, IFMA. Below it gains little over libcrypto.
    /// </summary>
    private const ulong WidestPath = 1 << 0 | 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12 | 1 << 13 | 1 << 16 | 1 << 17;

    private static readonly Gcm? s_aes128;
    private static readonly Gcm? s_aes256;

    static IpsecMb()
    {
        try
        {
            Load(out s_aes128, out s_aes256);
        }
        catch (Exception e) when (e is CryptographicException or OutOfMemoryException)
        {
            // Libcrypto serves, or says what is wrong.
        }
    }

    /// <summary>The functions for a suite's cipher; null where the library does not serve.</summary>
    public static Gcm? For(TlsSuite suite) =>
        suite == TlsSuite.Aes128Gcm ? s_aes128 : suite == TlsSuite.Aes256Gcm ? s_aes256 : null;

    private static void Load(out Gcm? aes128, out Gcm? aes256)
    {
        aes128 = aes256 = null;
        if (!OperatingSystem.IsLinux() || !X86.Aes.IsSupported || !SavesVectors()
            || Environment.GetEnvironmentVariable(Switch) == "libcrypto"
            || !NativeLibrary.TryLoad(Library, out var library)
            || !NativeLibrary.TryGetExport(library, "imb_get_version", out var getVersion)
            || !NativeLibrary.TryGetExport(library, "alloc_mb_mgr", out var allocate)
            || !NativeLibrary.TryGetExport(library, "init_mb_mgr_auto", out var initialize)
            || !NativeLibrary.TryGetExport(library, "free_mb_mgr", out var free)
            || ((delegate* unmanaged<uint>)getVersion)() is < FirstVersion or >= EndOfVersions)
        {
            return;
        }

        // The manager is only asked where its functions are; they need none.
        var manager = ((delegate* unmanaged<ulong, byte*>)allocate)(0);
        if (manager is null)
            return;
        ((delegate* unmanaged<byte*, int*, void>)initialize)(manager, null);
        var functions = (nint*)(manager + FunctionsAt);
        if ((*(ulong*)(manager + FeaturesAt) & WidestPath) == WidestPath && IsComplete(functions))
        {
            var (small, large) = (new Gcm(functions), new Gcm(functions + StepOf256));
            if (Agrees(small, TlsSuite.Aes128Gcm) && Agrees(large, TlsSuite.Aes256Gcm))
                (aes128, aes256) = (small, large);
        }

        ((delegate* unmanaged<byte*, void>)free)(manager);
    }

    /// <summary>OSXSAVE: a system that does not keep the wide registers would kill the process at the first of them.</summary>
    private static bool SavesVectors() => X86.X86Base.IsSupported && (X86.X86Base.CpuId(1, 0).Ecx & 1 << 27) != 0;

    private static bool IsComplete(nint* functions)
    {
        foreach (var at in (ReadOnlySpan<int>)[SealAt, OpenAt, BeginAt, SealMoreAt, EndSealAt, PrepareAt])
        {
            if (functions[at] == 0 || functions[at + StepOf256] == 0)
                return false;
        }

        return true;
    }

    /// <summary>A library whose first record differs from the platform's is not the one that this was written for.</summary>
    private static bool Agrees(Gcm gcm, TlsSuite suite)
    {
        var secret = new TrafficSecret(suite, RandomNumberGenerator.GetBytes(suite.HashSize));
        var content = RandomNumberGenerator.GetBytes(100);
        var record = new byte[content.Length + TlsRecord.Overhead];
        new IpsecMbCipher(secret, gcm).Seal(content, TlsRecord.ApplicationData, record);
        var inner = new byte[RecordCipher.InnerSize(record)];
        using (var platform = new AesGcm(secret.Key(), TlsRecord.TagSize))
        {
            try
            {
                platform.Decrypt(
                    secret.Iv(), record.AsSpan(TlsRecord.HeaderSize, inner.Length), record.AsSpan(^TlsRecord.TagSize), inner,
                    record.AsSpan(0, TlsRecord.HeaderSize));
            }
            catch (AuthenticationTagMismatchException)
            {
                return false;
            }
        }

        var opened = new byte[inner.Length];
        return inner.AsSpan(0, content.Length).SequenceEqual(content)
            && new IpsecMbCipher(secret, gcm).Open(record, opened) == opened.Length && opened.AsSpan().SequenceEqual(inner);
    }

    /// <summary>
    /// The library's functions for one size of key. <c>Open</c> takes a whole message: prepared key, state, out, in, length, nonce,
    /// additional data, its length, tag, its length. It writes the tag that the message should have; the caller compares.
    /// </summary>
    internal sealed class Gcm(nint* functions)
    {
        public readonly delegate* unmanaged<byte*, byte*, void> Prepare =
            (delegate* unmanaged<byte*, byte*, void>)functions[PrepareAt];

        public readonly delegate* unmanaged<byte*, byte*, byte*, byte*, ulong, byte*, byte*, ulong, byte*, ulong, void> Open =
            (delegate* unmanaged<byte*, byte*, byte*, byte*, ulong, byte*, byte*, ulong, byte*, ulong, void>)functions[OpenAt];

        /// <summary>Begins a message of several parts: key, state, nonce, additional data, its length.</summary>
        public readonly delegate* unmanaged<byte*, byte*, byte*, byte*, ulong, void> Begin =
            (delegate* unmanaged<byte*, byte*, byte*, byte*, ulong, void>)functions[BeginAt];

        /// <summary>One part: key, state, out, in, length.</summary>
        public readonly delegate* unmanaged<byte*, byte*, byte*, byte*, ulong, void> SealMore =
            (delegate* unmanaged<byte*, byte*, byte*, byte*, ulong, void>)functions[SealMoreAt];

        /// <summary>Ends the message: key, state, tag, its length.</summary>
        public readonly delegate* unmanaged<byte*, byte*, byte*, ulong, void> EndSeal =
            (delegate* unmanaged<byte*, byte*, byte*, ulong, void>)functions[EndSealAt];
    }
}
