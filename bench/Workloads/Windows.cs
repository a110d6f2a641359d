using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Bench.Workloads;

/// <summary>What one frame of 16 KiB costs in credit: spent, received, consumed, and now and then renewed and raised.</summary>
internal sealed class Windows : Workload
{
    private static readonly TimeSpan s_roundTrip = TimeSpan.FromMilliseconds(1);

    private ReceiveWindow _window = new(ProtocolLimits.MaxInitialWindow);
    private SendCredit _credit = new(ProtocolLimits.MaxInitialWindow);

    public override void Run(int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            if (_credit.Available < ProtocolLimits.UsualPayload)
                throw new InvalidOperationException("The credit ran out.");
            _credit.Spend(ProtocolLimits.UsualPayload);
            if (!_window.TryReceive(ProtocolLimits.UsualPayload))
                throw new InvalidOperationException("The window was passed.");
            if (!_window.Consume(ProtocolLimits.UsualPayload))
                continue;
            _window.Renew(WindowTuner.Next(_window, s_roundTrip, s_roundTrip, keepsUp: true));
            _credit.Raise(_window.Limit);
        }
    }

    public override void Dispose()
    {
        // Nothing is held.
    }
}
