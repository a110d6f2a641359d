using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.Hub.Door;

/// <summary>
/// Holds the connections that have not said yet who they are. Full, it makes room by chance among those who wait, so a
/// crowd of silent ones cannot keep a good one out.
/// </summary>
internal sealed class WaitingRoom
{
    private readonly Lock _gate = new();
    private readonly Guest?[] _guests = new Guest?[DoorLimits.Unauthenticated];
    private readonly Dictionary<IPAddress, int> _perSource = [];
    private int _count;

    public int Count
    {
        get
        {
            lock (_gate)
                return _count;
        }
    }

    /// <summary>A place for this connection, or null when its source has too many.</summary>
    public Guest? TryEnter(Socket socket, IPAddress remote, TimeProvider time)
    {
        var source = SourceOf(remote);
        Guest? victim;
        Guest guest;
        while (true)
        {
            lock (_gate)
            {
                var ofSource = _perSource.GetValueOrDefault(source);
                if (!IPAddress.IsLoopback(source) && ofSource >= DoorLimits.UnauthenticatedPerSource)
                    return null;
                victim = PickVictim();
                if (victim is null || _count < DoorLimits.Unauthenticated)
                {
                    guest = new Guest(this, socket, source, time) { Index = _count };
                    _guests[_count++] = guest;
                    _perSource[source] = ofSource + 1;
                    break;
                }
            }

            // Full: the victim leaves first, so the bound holds. Outside the lock because leaving takes it.
            victim.Evict();
        }

        victim?.Evict();
        return guest;
    }

    public void Remove(Guest guest)
    {
        lock (_gate)
        {
            if (_guests[guest.Index] != guest)
                return;
            var last = _guests[--_count]!;
            _guests[guest.Index] = last;
            last.Index = guest.Index;
            _guests[_count] = null;
            var left = _perSource[guest.Source] - 1;
            if (left == 0)
                _perSource.Remove(guest.Source);
            else
                _perSource[guest.Source] = left;
        }
    }

    public void EvictAll()
    {
        Guest[] all;
        lock (_gate)
            all = [.. _guests.OfType<Guest>()];
        foreach (var guest in all)
            guest.Evict();
    }

    private Guest? PickVictim()
    {
        var over = _count - DoorLimits.RandomDropFrom;
        return over >= 0 && Random.Shared.Next(DoorLimits.Unauthenticated - DoorLimits.RandomDropFrom) < over
            ? _guests[Random.Shared.Next(_count)]
            : null;
    }

    /// <summary>One household or host: an IPv4 address, or the /64 an IPv6 host may pick addresses from.</summary>
    private static IPAddress SourceOf(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
