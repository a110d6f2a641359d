namespace PrivateConnect.Agent;

/// <summary>The command that some work belongs to: this process's own, or one attached over the local socket.</summary>
/// <param name="isUp">The verb <c>up</c>: keeps trying from the start, and one service's failure does not end it.</param>
/// <param name="sawConnection">Had a session already, here or under an earlier holder; from then on every verb keeps trying.</param>
/// <param name="tell">Gets the events; must not block.</param>
internal sealed class WorkOwner(bool isUp, bool sawConnection, Action<AgentEvent> tell)
{
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _patient = isUp || sawConnection;

    public bool IsUp { get; } = isUp;

    /// <summary>Whether this command goes on when the hub cannot be reached.</summary>
    public bool IsPatient => _patient;

    /// <summary>Faults when the command has to end.</summary>
    public Task Failed => _failed.Task;

    public void Tell(AgentEvent happened)
    {
        if (_failed.Task.IsCompleted)
            return;
        if (happened.Event == EventName.Connected)
            _patient = true;
        tell(happened);
    }

    /// <summary>The command is gone; nothing can fail it any more.</summary>
    public void Release() => _failed.TrySetCanceled();

    public void Fail(AgentFailure failure) => _failed.TrySetException(failure);
}
