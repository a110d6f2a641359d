using System.Collections;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using PrivateConnect.Hub.Certificates;
using PrivateConnect.Hub.Door;
using PrivateConnect.Relay;
using Xunit;

namespace PrivateConnect.Hub.Tests.Door;

/// <summary>Strangers at the door who never become agents.</summary>
public sealed class GreeterTests
{
    private const int Rounds = 100;

    /// <summary>Found by a review: a failed handshake left its socket in the loop's table for good.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AFailedHandshakeLeavesNothingOnTheLoops(bool resets)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var greeter = Greeter();
        var hello = AgentHello();
        // Half of one, and then a reset; or a whole one that TLS refuses.
        if (resets)
            hello = hello[..(hello.Length / 2)];
        await GreetAsync(greeter, hello, resets);
        var before = Watched();
        for (var i = 0; i < Rounds; i++)
            await GreetAsync(greeter, hello, resets);
        // Other tests' sockets come and go on the same loops.
        Assert.InRange(Watched() - before, int.MinValue, Rounds / 2);
    }

    private static async Task GreetAsync(Greeter greeter, byte[] hello, bool resets)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        var greeting = greeter.GreetAsync(await listener.AcceptAsync());
        await client.SendAsync(hello);
        if (resets)
        {
            client.LingerState = new LingerOption(true, 0);
            client.Dispose();
        }
        else
        {
            client.Shutdown(SocketShutdown.Send);
        }

        await greeting.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static Greeter Greeter()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var pair = new CertificateRequest("CN=hub", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var certificate = HubCertificate.FromPem(pair.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        var options = new HubOptions();
        var holder = new CertificateHolder(
            new CertificateFiles(options), certificate, new PinFile(options), NullLogger<CertificateHolder>.Instance);
        // None of them gets as far as HTTP or a session.
        return new Greeter(
            DoorKind.Api, new WaitingRoom(), null!, null!, holder, null!, _ => throw new InvalidOperationException("no agent came"),
            TimeProvider.System, NullLogger.Instance);
    }

    /// <summary>Sockets that the relay's loops watch.</summary>
    private static int Watched()
    {
        const BindingFlags hidden = BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
        var loops = (IEnumerable)typeof(RelayLoop).GetField("s_loops", hidden)!.GetValue(null)!;
        return loops.Cast<object>()
            .Sum(loop => ((Array)loop.GetType().GetField("_entries", hidden)!.GetValue(loop)!).Cast<object?>().Count(entry => entry is not null));
    }

    /// <summary>Offers pconnect/1 over TLS 1.3, and no cipher suite.</summary>
    private static byte[] AgentHello()
    {
        byte[] protocol = [.. "pconnect/1"u8];
        byte[] extensions =
        [
            0, 16, 0, (byte)(protocol.Length + 3), 0, (byte)(protocol.Length + 1), (byte)protocol.Length, .. protocol,
            0, 43, 0, 3, 2, 3, 4,
        ];
        byte[] body = [3, 3, .. new byte[32], 0, 0, 2, 0, 255, 1, 0, 0, (byte)extensions.Length, .. extensions];
        return [0x16, 3, 1, 0, (byte)(body.Length + 4), 1, 0, 0, (byte)body.Length, .. body];
    }
}
