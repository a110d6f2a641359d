using System.Collections.Concurrent;
using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Agent;

/// <summary>Requests on the control stream whose answer is awaited; as many as there is work, one a service.</summary>
internal sealed class PendingRequests
{
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<ControlMessage>> _waiting = new();
    private uint _last;

    public uint Add(out Task<ControlMessage> answer)
    {
        var id = Interlocked.Increment(ref _last);
        // Asynchronous, because the answer is completed on the session's loop, which must not run the waiter.
        var waiter = new TaskCompletionSource<ControlMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = waiter;
        answer = waiter.Task;
        return id;
    }

    public void Remove(uint id) => _waiting.TryRemove(id, out _);

    /// <summary>An answer nobody waits for (any more) is dropped.</summary>
    public void Complete(uint id, ControlMessage answer)
    {
        if (_waiting.TryRemove(id, out var waiter))
            waiter.TrySetResult(answer);
    }
}
