using System.CommandLine;
using System.Globalization;
using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Agent;

/// <summary>--weight, --limit and --floor of an exposed service.</summary>
internal sealed class ShareOptions
{
    public Option<string?> Weight { get; } = new("--weight")
    {
        Description = $"Its part of the session beside other busy services, 1 to {ServiceShare.MaxWeight}. Default: {ServiceShare.DefaultWeight}",
        HelpName = "N",
    };

    public Option<string?> Limit { get; } = new("--limit")
    {
        Description = "Never more than this in each direction, bits a second (k, M, G): 50M is 50,000,000",
        HelpName = "RATE",
    };

    public Option<string?> Floor { get; } = new("--floor")
    {
        Description = "At least this in each direction while the session is contended, bits a second (k, M, G)",
        HelpName = "RATE",
    };

    public ServiceShare Read(ParseResult result)
    {
        var share = new ServiceShare(
            result.GetValue(Weight) is { } weight ? ParseWeight(weight, "--weight") : ServiceShare.DefaultWeight,
            result.GetValue(Limit) is { } limit ? ParseRate(limit, "--limit") : 0,
            result.GetValue(Floor) is { } floor ? ParseRate(floor, "--floor") : 0);
        return share.IsValid()
            ? share
            : throw new AgentFailure(ExitCode.Usage, "--floor: give at most what --limit allows");
    }

    public static long ParseRate(string text, string option) =>
        BitRate.Parse(text) ?? throw new AgentFailure(ExitCode.Usage, $"{option} '{text}': give {BitRate.Allowed}");

    public static int ParseWeight(string text, string option) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var weight) && weight is >= 1 and <= ServiceShare.MaxWeight
            ? weight
            : throw new AgentFailure(ExitCode.Usage, $"{option} '{text}': give a number from 1 to {ServiceShare.MaxWeight}");
}
