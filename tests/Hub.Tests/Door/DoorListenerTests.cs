using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using PrivateConnect.Hub.Door;
using PrivateConnect.Hub.Tests.Support;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Hub.Tests.Door;

public sealed class DoorListenerTests
{
    /// <summary>Whatever it is: an end that is not asked for must not look like one that is.</summary>
    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(ObjectDisposedException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task PortIsNotDeafAfterADefect(Type defect)
    {
        var first = true;
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var listener = DoorListener.Bind(DoorKind.Api, IPAddress.Loopback, 0, TimeProvider.System, NullLogger.Instance);
        listener.Start(socket =>
        {
            using (socket)
            {
                if (!first)
                    second.TrySetResult();
                else
                    first = false;
            }

            if (!second.Task.IsCompleted)
                throw (Exception)Activator.CreateInstance(defect, "a defect")!;
        });
        for (var i = 0; i < 2; i++)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(listener.LocalEndPoint, TestHub.Ended);
        }

        await second.Task.WithinCap();
    }
}
