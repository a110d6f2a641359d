using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Door;

namespace PrivateConnect.Hub.Certificates;

/// <summary>The certificate of the next handshake; looks at the files every 2 s and takes a complete new pair.</summary>
public sealed class CertificateHolder(
    CertificateFiles files, HubCertificate first, PinFile pin, TimeProvider time, ILogger<CertificateHolder> logger)
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
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Look();
        }
        catch (OperationCanceledException)
        {
            // The hub ends.
        }
    }
}
