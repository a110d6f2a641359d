using System.Net;
using System.Net.Sockets;
using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Paths;

/// <summary>A path is ready when a message has gone through it and come back.</summary>
internal static class PathProbe
{
    public static Task WaitAsync(IPEndPoint entry, string name, params ChildProcess[] needed) => Until.TrueAsync(
        () =>
        {
            foreach (var process in needed)
                if (process.HasExited)
                    throw new InvalidOperationException($"{process.Name} ended too early\n{process.Transcript}");
            return Answers(entry);
        },
        $"a message through {name} at {entry}");

    private static bool Answers(IPEndPoint entry)
    {
        try
        {
            using var socket = Sockets.Connect(entry, Role.LightEcho);
            var message = new byte[Sockets.MessageBytes];
            Sockets.SendAll(socket, message);
            return Sockets.TryReceiveAll(socket, message);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
