using System.Net.Sockets;

namespace PrivateConnect.Web.Tests.Door;

internal static class Wait
{
    // A cap for a loaded machine, not an expectation.
    public static readonly TimeSpan Cap = TimeSpan.FromSeconds(60);

    public static async Task UntilAsync(Func<bool> condition, Action? meanwhile = null)
    {
        using var cap = new CancellationTokenSource(Cap);
        while (!condition())
        {
            meanwhile?.Invoke();
            await Task.Delay(5, cap.Token);
        }
    }

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var cap = new CancellationTokenSource(Cap);
        while (!await condition())
            await Task.Delay(5, cap.Token);
    }

    /// <summary>How the other side ended the connection: "reset" or "end".</summary>
    public static async Task<string> EndOfAsync(Socket socket)
    {
        using var cap = new CancellationTokenSource(Cap);
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, cap.Token) > 0)
            {
            }

            return "end";
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return "reset";
        }
    }
}
