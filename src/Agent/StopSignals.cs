using System.Runtime.InteropServices;

namespace PrivateConnect.Agent;

/// <summary>Ctrl-C and SIGTERM: the first asks for an orderly end, the second ends at once.</summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>Never disposed of: a signal may be under way while this ends, and what it throws ends the process.</summary>
    private readonly CancellationTokenSource _stop = new();

    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
    ];

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        // Not cancelled the second time: the system's own way ends the process at once.
        context.Cancel = !_stop.IsCancellationRequested;
        _stop.Cancel();
    }
}
