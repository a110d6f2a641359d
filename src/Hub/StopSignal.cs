using System.Runtime.InteropServices;

namespace PrivateConnect.Hub;

/// <summary>SIGTERM or Ctrl-C asks for an orderly end; a second one ends at once.</summary>
public sealed class StopSignal : IDisposable
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _term;
    private readonly PosixSignalRegistration _interrupt;
    private readonly Action _atOnce;

    /// <summary>Listens from now on. <paramref name="atOnce"/> runs when the second signal comes, before the process ends.</summary>
    public StopSignal(Action atOnce)
    {
        _atOnce = atOnce;
        _term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
    }

    /// <summary>Ends with the first signal.</summary>
    public Task Asked => _asked.Task;

    /// <inheritdoc/>
    public void Dispose()
    {
        _term.Dispose();
        _interrupt.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_asked.TrySetResult())
            return;
        try
        {
            _atOnce();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What could not be tidied up is met by the next start.
        }

        Environment.Exit(ExitCodes.Ok);
    }
}
