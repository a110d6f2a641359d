using System.Net;
using PrivateConnect.Hub.Door;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Hub.Agents;

/// <summary>Where a tunnel port listens and who may come in.</summary>
internal readonly record struct PortRule(PublishMode Mode, AddressList Allow)
{
    /// <summary>What an agent asked for; null, with the fault, when its networks are none.</summary>
    public static PortRule? Of(PublishService wish, out string fault)
    {
        var allow = AddressList.TryParse(wish.Allow.Split(' ', StringSplitOptions.RemoveEmptyEntries), out fault);
        return allow is null ? null : new PortRule(
            wish.Publish switch
            {
                PublishWish.Off => PublishMode.Off,
                PublishWish.Network => PublishMode.Network,
                _ => PublishMode.Loopback,
            },
            allow);
    }

    /// <summary>What a person decided goes before what the agent asked for.</summary>
    public PortRule Under(ServiceRule rule) => new(rule.Publish ?? Mode, rule.Allow ?? Allow);

    public bool MayVisit(IPAddress visitor) => Mode switch
    {
        PublishMode.Network => Allow.Allows(visitor),
        PublishMode.Loopback => IPAddress.IsLoopback(visitor.Unmapped()) && Allow.Allows(visitor),
        _ => false,
    };

    /// <summary>The address to bind; null for none. Beyond loopback only what was published to the network.</summary>
    public IPAddress? BindAddress(IPAddress tunnelBind) => Mode switch
    {
        PublishMode.Off => null,
        PublishMode.Network => tunnelBind,
        _ => IPAddress.IsLoopback(tunnelBind) ? tunnelBind : IPAddress.Loopback,
    };
}
