using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using PrivateConnect.Hub.Door;
using Xunit;

namespace PrivateConnect.Web.Tests.Door;

/// <summary>The end of an HTTP connection, by two threads at once.</summary>
public sealed class TlsConnectionTests
{
    /// <summary>What a thread of the pool throws ends the process, and this run with it.</summary>
    [Fact]
    public async Task AHangUpDuringTheEndIsToldAndEndsNothingElse()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        for (var i = 0; i < 500; i++)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(listener.LocalEndPoint!, TestContext.Current.CancellationToken);
            var socket = await listener.AcceptAsync(TestContext.Current.CancellationToken);
            var ended = 0;
            var connection = new TlsConnection(
                new SslStream(new NetworkStream(socket, ownsSocket: false)), socket,
                new DoorFeature(DoorKind.Api, null, new IPEndPoint(IPAddress.Loopback, 1)), () => ended++);
            var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var telling = connection.ConnectionClosed.UnsafeRegister(static o => ((TaskCompletionSource)o!).SetResult(), told);
            connection.Abort(new ConnectionAbortedException("the peer is gone"));
            await connection.DisposeAsync();
            Assert.Equal(1, ended);
            await told.Task.WaitAsync(Wait.Cap, TestContext.Current.CancellationToken);
        }
    }
}
