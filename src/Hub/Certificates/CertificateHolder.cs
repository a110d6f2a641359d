using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Door;

namespace PrivateConnect.Hub.Certificates;

/// <summary>The certificate of the next handshake; looks at the files every 2 s and takes a complete new pair.</summary>
public sealed class CertificateHolder(
    CertificateFiles files, HubCertificate first, PinFile pin, ILogger<CertificateHolder> logger)
    : BackgroundService
{
    // A new pair counts within 5 s; 2 s leaves room for a busy machine.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);
    private volatile HubCertificate _current = first;
    private string? _lastComplaint;

    /// <summary>What the next handshake shows.</summary>
    public HubCertificate Current => _current;

    /// <summary>One look at the files.</summary>
    internal void Look()
    {
        try
        {
            if (files.ReadIfChanged() is not { } changed)
                return;
            _current = changed;
            _lastComplaint = null;
            pin.Write(changed.Pin);
            DoorLog.CertificateReloaded(logger, changed.Pin);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            if (_lastComplaint == e.Message)
                return;
            _lastComplaint = e.Message;
            DoorLog.CertificateRefused(logger, e.Message);
        }
    }

    /// <inheritdoc/>
    /// <remarks>A thread of its own: a disk that hangs holds up nobody else, and a timer wakes four threads for each look.</remarks>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Factory.StartNew(
        () =>
        {
            while (!stoppingToken.WaitHandle.WaitOne(LookEvery))
                Look();
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
