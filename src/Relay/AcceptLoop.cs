using System.Net.Sockets;

namespace PrivateConnect.Relay;

/// <summary>Accepts on a listening socket where there is no epoll: by the runtime, on the thread pool.</summary>
internal sealed class AcceptLoop : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Action<Socket> _accepted;
    private readonly Task _loop;

    public AcceptLoop(Socket listening, Action<Socket> accepted)
    {
        _socket = listening;
        _accepted = accepted;
        _loop = Task.Run(AcceptAsync);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _loop.ConfigureAwait(false);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket accepted;
            try
            {
                accepted = await _socket.AcceptAsync().ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationAborted or SocketError.NotSocket)
            {
                return;
            }
            catch (SocketException e) when (PortListener.IsPassing(e))
            {
                continue;
            }
            catch (SocketException)
            {
                await Task.Delay(PortListener.Shortage, TimeProvider.System).ConfigureAwait(false);
                continue;
            }

            PortListener.HandOver(accepted, _accepted);
        }
    }
}
