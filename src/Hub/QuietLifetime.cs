using Microsoft.Extensions.Hosting;

namespace PrivateConnect.Hub;

/// <summary>Signals are <see cref="StopSignal"/>'s: the web server must not end before the streams are drained.</summary>
internal sealed class QuietLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
