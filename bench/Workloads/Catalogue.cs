using PrivateConnect.Bench.Paths;
using PrivateConnect.Bench.Records;
using PrivateConnect.Bench.Sessions;

namespace PrivateConnect.Bench.Workloads;

/// <summary>A workload by name. <paramref name="Counted"/>: operations of one round of the check.</summary>
internal sealed record Entry(string Name, int Counted, Func<Workload> Create);

/// <summary>Every workload; the names are those of budgets.json and of docs/benchmarks-micro.md.</summary>
internal static class Catalogue
{
    private const int Small = 64;
    private const int Large = 64 * 1024;

    public static IReadOnlyList<Entry> All { get; } =
    [
        new("frame-codec", 100_000, () => new FrameCodec()),
        new("control-codec", 10_000, () => new ControlMessages()),
        new("windows", 100_000, () => new Windows()),
        new("send-loop", 100_000, () => new SendLoopTurns()),
        new("session-memory-bulk", 4_000, () => new SessionBulk(SessionRig.InMemory(), Large)),
        new("session-memory-small", 100_000, () => new SessionBulk(SessionRig.InMemory(), Small)),
        new("session-memory-ping", 10_000, () => new SessionPing(SessionRig.InMemory())),
        new("session-tls-bulk", 4_000, () => new SessionBulk(SessionRig.OverTls(), Large)),
        new("session-tls-small", 100_000, () => new SessionBulk(SessionRig.OverTls(), Small)),
        new("session-tls-ping", 5_000, () => new SessionPing(SessionRig.OverTls())),
        new("session-sslstream-bulk", 4_000, () => new SessionBulk(SessionRig.OverTls(bySslStream: true), Large)),
        new("session-sslstream-ping", 5_000, () => new SessionPing(SessionRig.OverTls(bySslStream: true))),
        new("stream-open-close", 2_000, () => new OpenClose(SessionRig.InMemory())),
        new("splice-bulk", 4_000, () => new PathBulk(new ProductPath())),
        new("splice-ping", 4_000, () => new PathPing(new ProductPath())),
        new("textbook-bulk", 1_000, () => new PathBulk(new TextbookPath())),
        new("textbook-ping", 2_000, () => new PathPing(new TextbookPath())),
        new("nerdbank-bulk", 1_000, () => new PathBulk(new NerdbankPath())),
        new("nerdbank-ping", 2_000, () => new PathPing(new NerdbankPath())),
        new("record-16k-aesgcm", 2_000, () => new AesGcmRecord(RecordSizes.Full)),
        new("record-16k-sslstream", 2_000, () => new SslStreamRecord(RecordSizes.Full)),
        new("record-16k-libcrypto", 2_000, () => new LibCryptoRecord(RecordSizes.Full)),
        new("record-16k-relay", 2_000, () => new RelayRecord(RecordSizes.Full)),
        new("record-64-aesgcm", 10_000, () => new AesGcmRecord(RecordSizes.Small)),
        new("record-64-sslstream", 10_000, () => new SslStreamRecord(RecordSizes.Small)),
        new("record-64-libcrypto", 10_000, () => new LibCryptoRecord(RecordSizes.Small)),
        new("record-64-relay", 10_000, () => new RelayRecord(RecordSizes.Small)),
    ];

    public static Entry Find(string name) =>
        All.FirstOrDefault(w => w.Name == name)
        ?? throw new ArgumentException($"'{name}' is no workload; there are: {string.Join(", ", All.Select(w => w.Name))}.");
}
