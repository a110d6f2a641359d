namespace PrivateConnect.LoadTests.Paths;

/// <summary>Which paths there are, by the names --peers takes.</summary>
internal static class PathCatalogue
{
    public static IReadOnlyList<string> Names { get; } =
        ["direct", "ssh", "stunnel", "haproxy", "privateconnect", "reach"];

    /// <summary>Starts a path; <paramref name="tag"/> keeps folders of several starts apart.</summary>
    public static async Task<ITunnelPath> StartAsync(string name, int targetPort, ScratchFolder scratch, string tag) =>
        name switch
        {
            "direct" => new DirectPath(targetPort),
            "ssh" => await SshPath.StartAsync(targetPort, scratch.Folder(tag)),
            "stunnel" => await StunnelPath.StartAsync(targetPort, scratch.Folder(tag)),
            "haproxy" => await HaproxyPath.StartAsync(targetPort, scratch.Folder(tag)),
            "privateconnect" => await ProductPath.StartAsync(targetPort, scratch, tag, reach: false),
            "reach" => await ProductPath.StartAsync(targetPort, scratch, tag, reach: true),
            _ => throw new ArgumentException($"Unknown path {name}; there are {string.Join(", ", Names)}."),
        };
}
