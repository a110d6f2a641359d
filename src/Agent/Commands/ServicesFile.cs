using System.Globalization;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Relay;
using PrivateConnect.Relay.Checks;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace PrivateConnect.Agent;

/// <summary>
/// Reads services.yml from the parser's events, which need no reflection:
/// <code>
/// services:
///   prod-db: localhost:5432
///   web: { target: localhost:8080, port: 23005, weight: 20, limit: 50M, floor: 10M, protocol: http }
///   shop: { target: localhost:8081, publish: network, allow: 10.0.0.0/8 192.0.2.7 }
/// memory: 24M
/// reach:
///   billing: { port: 9000 }
///   search:
/// </code>
/// </summary>
/// <param name="Items">What to expose and to reach.</param>
/// <param name="Memory">The memory promise, unread; null where there is none.</param>
internal sealed record ServicesFile(IReadOnlyList<WorkItem> Items, string? Memory)
{
    /// <summary>A few thousand services; a larger file is something else.</summary>
    private const int MaxBytes = 256 * 1024;

    private const string ExposeFields = "target, port, weight, limit, floor, publish, allow and protocol";

    /// <summary>No file.</summary>
    public static ServicesFile None { get; } = new([], null);

    public static ServicesFile Read(string path)
    {
        try
        {
            if (new FileInfo(path) is { Length: > MaxBytes })
                throw new AgentFailure(ExitCode.Usage, $"--file {path}: longer than {MaxBytes} bytes");
            using var reader = new StreamReader(path);
            return Parse(reader, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AgentFailure(ExitCode.Usage, $"--file: cannot read {path}: {error.Message}");
        }
    }

    public static ServicesFile Parse(TextReader text, string path)
    {
        var parser = new Parser(text);
        try
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
                throw Wrong(path, parser.Current, "it is empty; it lists services:, reach: and memory:");
            var items = new List<WorkItem>();
            var start = Require<MappingStart>(parser, path, "'services:' or 'reach:' with names below it");
            string? memory = null;
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var section = Require<Scalar>(parser, path, "'services', 'reach' or 'memory'");
                if (section.Value == "memory")
                {
                    memory = Require<Scalar>(parser, path, MemoryPromise.Form).Value;
                    continue;
                }

                var kind = section.Value switch
                {
                    "services" => WorkKind.Expose,
                    "reach" => WorkKind.Reach,
                    _ => throw Wrong(path, section, $"'{section.Value}' is not allowed here; allowed are services, reach and memory"),
                };
                ReadSection(parser, path, kind, items);
            }

            return items.Count > 0 ? new ServicesFile(items, memory) : throw Wrong(path, start, "it names no service");
        }
        catch (YamlException error)
        {
            throw new AgentFailure(ExitCode.Usage, $"--file {path}, line {error.Start.Line}: not YAML: {error.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static void ReadSection(Parser parser, string path, WorkKind kind, List<WorkItem> items)
    {
        Require<MappingStart>(parser, path, "names, one a line, each with its target");
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var name = Require<Scalar>(parser, path, "a name");
            if (!ServiceName.IsValid(name.Value))
                throw Wrong(path, name, $"'{name.Value}' is no name for a service: {ServiceName.Shape}");
            if (items.Any(item => item.Kind == kind && item.Service == name.Value))
                throw Wrong(path, name, $"'{name.Value}' is there twice");
            items.Add(ReadService(parser, path, kind, name));
        }
    }

    private static WorkItem ReadService(Parser parser, string path, WorkKind kind, Scalar name)
    {
        Scalar? target = null;
        var port = 0;
        ServiceShare? share = null;
        string? publish = null;
        string? allow = null;
        ServiceProtocol? protocol = null;
        if (parser.TryConsume<Scalar>(out var single))
        {
            if (single.Value.Length > 0 && kind is WorkKind.Reach)
                port = Port(path, single);
            else if (single.Value.Length > 0)
                target = single;
        }
        else
        {
            Require<MappingStart>(parser, path, $"host:port, or a mapping with {ExposeFields}");
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var field = Require<Scalar>(parser, path, "a field's name");
                var value = Require<Scalar>(parser, path, "a value");
                if (field.Value == "port")
                    port = Port(path, value);
                else if (field.Value == "target" && kind is WorkKind.Expose)
                    target = value;
                else if (field.Value == "publish" && kind is WorkKind.Expose)
                    publish = PublishWords.Checked(value.Value, $"--file {path}: publish");
                else if (field.Value == "allow" && kind is WorkKind.Expose)
                    allow = PublishWords.CheckedNetworks(
                        value.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries), $"--file {path}: allow");
                else if (field.Value == "protocol" && kind is WorkKind.Expose)
                    protocol = ProtocolWords.Parse(value.Value, $"--file {path}: protocol");
                else if (kind is not WorkKind.Expose || Share(share ?? ServiceShare.Default, field.Value, value.Value, path) is not { } changed)
                    throw Wrong(path, field, $"'{field.Value}' is not allowed here; allowed is {(kind is WorkKind.Expose ? ExposeFields : "port")}");
                else
                    share = changed;
            }
        }

        if (kind is WorkKind.Reach)
            return new WorkItem(kind, name.Value, null, port);
        if (target is null)
            throw Wrong(path, name, $"'{name.Value}' has no target; give host:port");
        if (share?.IsValid() == false)
            throw Wrong(path, name, $"'{name.Value}': the floor lies above the limit");
        return TargetEndpoint.TryParse(target.Value, out var parsed, out var problem)
            ? new WorkItem(kind, name.Value, parsed.ToString(), port, Share: share, Publish: publish, Allow: allow, Protocol: protocol)
            : throw Wrong(path, target, problem);
    }

    /// <summary>The share with one more field of it; null when the field is none.</summary>
    private static ServiceShare? Share(ServiceShare share, string field, string value, string path) => field switch
    {
        "weight" => share with { Weight = ShareOptions.ParseWeight(value, $"--file {path}: weight") },
        "limit" => share with { LimitBitsPerSecond = ShareOptions.ParseRate(value, $"--file {path}: limit") },
        "floor" => share with { FloorBitsPerSecond = ShareOptions.ParseRate(value, $"--file {path}: floor") },
        _ => null,
    };

    private static int Port(string path, Scalar value) =>
        int.TryParse(value.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? port
            : throw Wrong(path, value, $"'{value.Value}' is no port: 1 to 65535");

    private static T Require<T>(Parser parser, string path, string wanted)
        where T : ParsingEvent =>
        parser.TryConsume<T>(out var found) ? found : throw Wrong(path, parser.Current, $"here belongs {wanted}");

    private static AgentFailure Wrong(string path, ParsingEvent? at, string what) =>
        new(ExitCode.Usage, $"--file {path}, line {at?.Start.Line ?? 1}: {what}");
}
