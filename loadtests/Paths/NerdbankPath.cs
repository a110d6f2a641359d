using System.Globalization;
using PrivateConnect.LoadTests.Peers;

namespace PrivateConnect.LoadTests.Paths;

/// <summary>Our relay's shape on the library that most .NET programs would take: MultiplexingStream over SslStream.</summary>
internal static class NerdbankPath
{
    public static async Task<ITunnelPath> StartAsync(PathStart start)
    {
        var certificate = await PeerCertificate.MakeAsync(start.Folder());
        var server = ChildProcess.Start(
            "Nerdbank server", Environment.ProcessPath!, [NerdbankServer.Verb, start.NearAddress, certificate]);
        ChildProcess? agent = null;
        try
        {
            var ports = (await server.WaitForLineAsync(line => line.Length > 0, "its ports")).Split(' ');
            agent = start.StartFar("Nerdbank agent", Environment.ProcessPath!,
            [
                NerdbankAgent.Verb, start.NearAddress, ports[1], certificate, start.TargetPort.ToString(CultureInfo.InvariantCulture),
            ]);
            return await TwoProcesses.ReadyAsync(
                "Nerdbank.Streams", server, agent, int.Parse(ports[0], CultureInfo.InvariantCulture));
        }
        catch
        {
            if (agent is not null) await agent.DisposeAsync();
            await server.DisposeAsync();
            throw;
        }
    }
}
