using System.Runtime.InteropServices;
using PrivateConnect.Relay.Tls;
using Xunit;
using X86 = System.Runtime.Intrinsics.X86;

namespace PrivateConnect.Relay.Tests.Tls;

/// <summary>Keys and records against the printed handshake of RFC 8448 section 3, and every way to spoil a record.</summary>
public sealed class RecordTests
{
    private const string LibCrypto = "libcrypto";
    private const string IpsecMulti = "ipsec-mb";
    private const string ServerSecret = "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643";
    private const string ClientSecret = "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5";

    /// <summary>The client's 50 bytes of application data, 0 to 0x31, as its first record.</summary>
    private const string ClientRecord =
        "1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e2b62974e1f5a6292a29770"
        + "14bd1e3deae63aeebb21694915e4";

    [Theory]
    [InlineData(ServerSecret, "9f02283b6c9c07efc26bb9f2ac92e356", "cf782b88dd83549aadf1e984")]
    [InlineData(ClientSecret, "17422dda596ed5d9acd890e3c63f5051", "5b78923dee08579033e523d9")]
    public void KeysAreThoseOfTheRfc(string secret, string key, string iv)
    {
        var derived = Secret(TlsSuite.Aes128Gcm, secret);
        Assert.Equal(key, Convert.ToHexStringLower(derived.Key()));
        Assert.Equal(iv, Convert.ToHexStringLower(derived.Iv()));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void RecordIsThatOfTheRfc(string library)
    {
        var content = Enumerable.Range(0, 50).Select(i => (byte)i).ToArray();
        var into = new byte[100];
        var size = Make(library, Secret(TlsSuite.Aes128Gcm, ClientSecret), seals: true).Seal(content, TlsRecord.ApplicationData, into);
        Assert.Equal(ClientRecord, Convert.ToHexStringLower(into.AsSpan(0, size)));
    }

    /// <summary>Every suite by every library of this machine that has it.</summary>
    public static TheoryData<ushort, string> Ciphers
    {
        get
        {
            var all = new TheoryData<ushort, string>();
            foreach (var suite in TlsSuite.Preferred)
            {
                all.Add(suite.Id, LibCrypto);
                if (IpsecMb.For(suite) is not null)
                    all.Add(suite.Id, IpsecMulti);
            }

            return all;
        }
    }

    public static TheoryData<string> Libraries =>
        IpsecMb.For(TlsSuite.Aes128Gcm) is null ? [LibCrypto] : [LibCrypto, IpsecMulti];

    /// <summary>A loader that stopped working would take its rows out of every theory here, and nobody would see it.</summary>
    [Fact]
    public void AnInstalledLibraryIsTaken()
    {
        var isInstalled = NativeLibrary.TryLoad("libIPSec_MB.so.1", out _) && X86.Avx512BW.IsSupported
            && File.ReadLines("/proc/cpuinfo").Any(line => line.Contains(" vaes ", StringComparison.Ordinal))
            && Environment.GetEnvironmentVariable(IpsecMb.Switch) is null;
        Assert.Equal(isInstalled, IpsecMb.For(TlsSuite.Aes128Gcm) is not null);
        Assert.Equal(isInstalled, IpsecMb.For(TlsSuite.Aes256Gcm) is not null);
        Assert.Null(IpsecMb.For(TlsSuite.ChaCha20));
        Assert.Equal(
            isInstalled,
            RecordCipher.Create(Secret(TlsSuite.Aes128Gcm, ClientSecret), seals: true) is IpsecMbCipher);
    }

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void WhatIsSealedOpensInItsOrderAndAfterKeyUpdates(ushort id, string library)
    {
        var secret = new TrafficSecret(TlsSuite.Find(id)!, SocketPair.Pattern(TlsSuite.Find(id)!.HashSize, id));
        var seals = Make(library, secret, seals: true);
        var opens = Make(LibCrypto, secret, seals: false);
        var opensToo = Make(library, secret, seals: false);
        foreach (var size in Sizes)
        {
            var content = SocketPair.Pattern(size, size);
            var record = new byte[size + TlsRecord.Overhead];
            Assert.Equal(record.Length, seals.Seal(content, TlsRecord.ApplicationData, record));
            Assert.Equal(record.Length, TlsRecord.Size(record));
            var inner = new byte[RecordCipher.InnerSize(record)];
            var count = TlsRecord.Content(inner.AsSpan(0, opens.Open(record, inner)), out var type);
            Assert.Equal(TlsRecord.ApplicationData, type);
            Assert.Equal(content, inner[..count]);
            inner.AsSpan().Clear();
            Assert.Equal(inner.Length, opensToo.Open(record, inner));
            Assert.Equal(content, inner[..size]);
            if (size != 16)
                continue;
            seals.Update();
            opens.Update();
            opensToo.Update();
        }
    }

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void AnyChangedByteIsFound(ushort id, string library)
    {
        var suite = TlsSuite.Find(id)!;
        var secret = new TrafficSecret(suite, SocketPair.Pattern(suite.HashSize, 3));
        var record = new byte[40 + TlsRecord.Overhead];
        Make(library, secret, seals: true).Seal(SocketPair.Pattern(40, 4), TlsRecord.ApplicationData, record);
        for (var at = 0; at < record.Length; at++)
        {
            record[at] ^= 1;
            Assert.Equal(-1, Make(library, secret, seals: false).Open(record, new byte[100]));
            record[at] ^= 1;
        }
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void ARepeatedOrLeftOutRecordIsFound(string library)
    {
        var secret = new TrafficSecret(TlsSuite.Aes128Gcm, SocketPair.Pattern(32, 5));
        var seals = Make(library, secret, seals: true);
        var records = new byte[3][];
        for (var i = 0; i < 3; i++)
            seals.Seal([(byte)i], TlsRecord.ApplicationData, records[i] = new byte[1 + TlsRecord.Overhead]);
        var opens = Make(library, secret, seals: false);
        Assert.Equal(2, opens.Open(records[0], new byte[2]));
        Assert.Equal(-1, opens.Open(records[0], new byte[2]));
        opens = Make(library, secret, seals: false);
        Assert.Equal(2, opens.Open(records[0], new byte[2]));
        Assert.Equal(-1, opens.Open(records[2], new byte[2]));
    }

    [Fact]
    public void SizeIsJudgedOnTheHeaderAlone()
    {
        byte[] header = [23, 3, 3, 0, 17];
        for (var cut = 0; cut < header.Length; cut++)
            Assert.Equal(0, TlsRecord.Size(header.AsSpan(0, cut)));
        Assert.Equal(22, TlsRecord.Size(header));
        Assert.Equal(-1, TlsRecord.Size([23, 3, 3, 0, 16]));
        Assert.Equal(TlsRecord.MaxSize, TlsRecord.Size([23, 3, 3, 0x41, 0x00]));
        Assert.Equal(-1, TlsRecord.Size([23, 3, 3, 0x41, 0x01]));
        Assert.Equal(-1, TlsRecord.Size([23, 3, 3, 0xff, 0xff]));
        for (var type = 0; type < 256; type++)
            Assert.Equal(type == 23 ? 22 : -1, TlsRecord.Size([(byte)type, 3, 3, 0, 17]));
        Assert.Equal(-1, TlsRecord.Size([23, 3, 1, 0, 17]));
    }

    [Fact]
    public void TypeIsTheLastByteThatIsNoPadding()
    {
        Assert.Equal(2, TlsRecord.Content([1, 2, 23, 0, 0], out var type));
        Assert.Equal(23, type);
        Assert.Equal(0, TlsRecord.Content([22], out type));
        Assert.Equal(22, type);
        Assert.Equal(-1, TlsRecord.Content([0, 0, 0], out _));
        Assert.Equal(-1, TlsRecord.Content([], out _));
        var tooLong = new byte[TlsRecord.MaxContent + 2];
        tooLong[^1] = 23;
        Assert.Equal(-1, TlsRecord.Content(tooLong, out _));
    }

    /// <summary>Around every border of a block and of what vector code handles at once, and the largest.</summary>
    private static IEnumerable<int> Sizes =>
        [.. Enumerable.Range(0, 1100), .. (int[])[4095, 4096, 4097, 8191, TlsRecord.MaxContent - 1, TlsRecord.MaxContent]];

    private static RecordCipher Make(string library, TrafficSecret secret, bool seals) => library == LibCrypto
        ? new LibCryptoCipher(secret, seals)
        : new IpsecMbCipher(secret, IpsecMb.For(secret.Suite)!);

    private static TrafficSecret Secret(TlsSuite suite, string hex) => new(suite, Convert.FromHexString(hex));
}
