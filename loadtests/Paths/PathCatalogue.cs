namespace PrivateConnect.LoadTests.Paths;

/// <summary>Which paths there are, by the names --peers and --ours take, in the order of the tables.</summary>
internal static class PathCatalogue
{
    public const string Aes128 = "AES-128-GCM";
    public const string Aes256 = "AES-256-GCM";

    /// <summary>Our tunnel as shipped.</summary>
    public const string Ours = "privateconnect";

    public static IReadOnlyList<PathKind> All { get; } =
    [
        new("direct", "direct")
        {
            StartAsync = start => Task.FromResult<ITunnelPath>(new DirectPath(start)),
        },
        new("ssh", "ssh -R") { Cipher = Aes128, StartAsync = SshPath.StartAsync },
        new("stunnel", "stunnel") { Cipher = Aes256, DescriptorsPerStream = 2, StartAsync = StunnelPath.StartAsync },
        new("haproxy", "haproxy") { Cipher = Aes256, DescriptorsPerStream = 2, StartAsync = HaproxyPath.StartAsync },
        new("nerdbank", "Nerdbank.Streams") { Cipher = Aes128, StartAsync = NerdbankPath.StartAsync },
        new(Ours, "privateconnect")
        {
            Cipher = Aes128, IsOurs = true, StartAsync = start => ProductPath.StartAsync(start, Aes128, reach: false),
        },
        new("privateconnect-libcrypto", "privateconnect, libcrypto")
        {
            Cipher = Aes128, IsOurs = true, OnlyBulk = true,
            StartAsync = start => ProductPath.StartAsync(start, Aes128, reach: false, RecordLibrary.LibCrypto),
        },
        new("privateconnect-256", "privateconnect, AES-256")
        {
            Cipher = Aes256, IsOurs = true, OnlyBulk = true,
            StartAsync = start => ProductPath.StartAsync(start, Aes256, reach: false),
        },
        new("reach", "privateconnect, reach")
        {
            Cipher = Aes128, IsOurs = true, OnlyBulk = true,
            StartAsync = start => ProductPath.StartAsync(start, Aes128, reach: true),
        },
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(kind => kind.Name)];

    public static PathKind Of(string name) => All.First(kind => kind.Name == name);
}
