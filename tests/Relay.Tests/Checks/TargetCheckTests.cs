using System.Net;
using System.Net.Sockets;
using System.Text;
using PrivateConnect.Relay.Checks;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Relay.Tests.Checks;

/// <summary>A check tells what is there, and no target can hold it, fill it or make it say more than its protocol's first word.</summary>
public sealed class TargetCheckTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UtcNow;

    [Fact]
    public async Task AnUndeclaredServiceIsConnectedToAndNotSpokenTo()
    {
        await using var target = ScriptedTarget.Silent();
        var report = await TargetCheck.RunAsync(new TargetEndpoint("127.0.0.1", target.Port), null);
        Assert.Equal((TargetOutcome.Connected, ServiceProtocol.Tcp, null), (report.Outcome, report.Protocol, report.Speech));
        Assert.Equal("127.0.0.1", report.Address);
        Assert.True(report.ConnectMs >= 0);
        Assert.Equal(0, target.Received);
    }

    [Fact]
    public async Task AClosedPortIsRefused()
    {
        using var refusing = new RefusingPort();
        var report = await TargetCheck.RunAsync(new TargetEndpoint("localhost", refusing.Port), null);
        Assert.Equal(TargetOutcome.Refused, report.Outcome);
    }

    [Fact]
    public async Task ABacklogThatIsFullIsATimeout()
    {
        // A listener that accepts nobody drops what its backlog does not hold, as a black hole does.
        using var hole = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        hole.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        hole.Listen(0);
        var at = (IPEndPoint)hole.LocalEndPoint!;
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(at);
        var report = await TargetCheck.RunAsync(new TargetEndpoint("127.0.0.1", at.Port), null);
        Assert.Equal(TargetOutcome.Timeout, report.Outcome);
    }

    [Theory]
    [InlineData("no-such-host.invalid", TargetOutcome.UnknownHost)]
    [InlineData("169.254.169.254", TargetOutcome.Forbidden)]
    [InlineData("fe80::1", TargetOutcome.Forbidden)]
    public async Task WhatIsNoTargetIsNotDialled(string host, TargetOutcome outcome) =>
        Assert.Equal(outcome, (await TargetCheck.RunAsync(new TargetEndpoint(host, 9), null)).Outcome);

    [Fact]
    public async Task AHangUpAtOnceIsTold()
    {
        await using var target = new ScriptedTarget(static stream =>
        {
            stream.Socket.Shutdown(SocketShutdown.Both);
            return Task.CompletedTask;
        });
        Assert.Equal(TargetOutcome.HungUp, (await TargetCheck.RunAsync(new TargetEndpoint("127.0.0.1", target.Port), null)).Outcome);
    }

    [Theory]
    [InlineData("N", SpeechOutcome.Ok)]
    [InlineData("Eanything", SpeechOutcome.Ok)]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", SpeechOutcome.Other)]
    public async Task PostgresIsAskedForTlsInItsOwnWay(string answer, SpeechOutcome speech)
    {
        await using var target = ScriptedTarget.Answering(answer);
        var report = await TargetCheck.RunAsync(new TargetEndpoint("127.0.0.1", target.Port), ServiceProtocol.Postgres);
        Assert.Equal((speech, false, null), (report.Speech, report.IsTls, report.Certificate));
    }

    [Fact]
    public async Task PostgresWithTlsShowsItsCertificate()
    {
        await using var target = ScriptedTarget.Tls(s_now.AddDays(-1), s_now.AddDays(90), "S"u8.ToArray());
        var report = await TargetCheck.RunAsync(new TargetEndpoint("127.0.0.1", target.Port), ServiceProtocol.Postgres);
        Assert.Equal((SpeechOutcome.Ok, true, CertificateTrust.SelfSigned), (report.Speech, report.IsTls, report.Certificate?.Trust));
    }

    [Fact]
    public async Task AnExpiredCertificateIsReadNotRefused()
    {
        await using var target = ScriptedTarget.Tls(s_now.AddDays(-20), s_now.AddDays(-10));
        var report = await TargetCheck.RunAsync(new TargetEndpoint("127.0.0.1", target.Port), ServiceProtocol.Https);
        Assert.Equal((SpeechOutcome.Ok, 204, "CN=old"), (report.Speech, report.HttpStatus, report.Certificate?.Subject));
        Assert.True(report.Certificate!.NotAfter < s_now);
    }

    [Fact]
    public async Task LongNamesOfACertificateAreCut()
    {
        var name = string.Join(',', Enumerable.Range(0, 30).Select(i => $"OU={new string((char)('a' + i % 26), 60)}"));
        await using var target = ScriptedTarget.Tls(s_now.AddDays(-1), s_now.AddDays(1), subject: name);
        var report = await TargetCheck.RunAsync(new TargetEndpoint("127.0.0.1", target.Port), ServiceProtocol.Tls);
        Assert.Equal(TargetReport.MaxText, report.Certificate!.Subject.Length);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n", 200, "OK")]
    [InlineData("HTTP/1.0 302\r\n", 302, null)]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\nLocation: http://169.254.169.254/\r\n", 503, "Service Unavailable")]
    public async Task HttpIsAskedOnceForItsStatus(string answer, int status, string? reason)
    {
        await using var target = ScriptedTarget.Answering(answer);
        var report = await TargetCheck.RunAsync(new TargetEndpoint("127.0.0.1", target.Port), ServiceProtocol.Http);
        Assert.Equal((SpeechOutcome.Ok, status, reason), (report.Speech, report.HttpStatus, report.HttpReason));
        Assert.Equal(1, target.Connections);
    }

    [Theory]
    [InlineData("SSH-2.0-x\r\n")]
    [InlineData("HTTP/1.1 abc\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n")]
    public async Task WhatIsNoHttpIsToldSo(string answer)
    {
        await using var target = ScriptedTarget.Answering(answer);
        Assert.Equal(SpeechOutcome.Other, (await TargetCheck.RunAsync(new TargetEndpoint("127.0.0.1", target.Port), ServiceProtocol.Http)).Speech);
    }

    [Theory]
    [InlineData(ServiceProtocol.Http)]
    [InlineData(ServiceProtocol.Tls)]
    [InlineData(ServiceProtocol.Postgres)]
    public async Task EndlessBytesEndTheCheck(ServiceProtocol protocol)
    {
        await using var target = new ScriptedTarget(async stream =>
        {
            var junk = new byte[16 * 1024];
            junk.AsSpan().Fill((byte)'x');
            while (true)
                await stream.WriteAsync(junk);
        });
        var report = await TargetCheck.RunAsync(new TargetEndpoint("127.0.0.1", target.Port), protocol);
        Assert.Contains(report.Speech, (SpeechOutcome?[])[SpeechOutcome.Other, SpeechOutcome.TlsFailed]);
    }

    [Theory]
    [InlineData(ServiceProtocol.Http)]
    [InlineData(ServiceProtocol.Https)]
    public async Task SlowBytesDoNotHoldTheCheckBeyondItsLimit(ServiceProtocol protocol)
    {
        await using var target = new ScriptedTarget(async stream =>
        {
            foreach (var one in Encoding.ASCII.GetBytes("HTTP/1.1 200 " + new string('a', 500)))
            {
                await stream.WriteAsync(new[] { one });
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        });
        var running = TargetCheck.RunAsync(new TargetEndpoint("127.0.0.1", target.Port), protocol);
        var report = await running.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Contains(report.Speech, (SpeechOutcome?[])[SpeechOutcome.Silent, SpeechOutcome.TlsFailed]);
    }
}
