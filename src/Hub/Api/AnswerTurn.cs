using Microsoft.AspNetCore.Http;

namespace PrivateConnect.Hub.Api;

/// <summary>
/// Who may touch a request's response: the endpoint, or the gate that answers early because the database does not. One
/// at a time, and after the gate nobody.
/// </summary>
// The semaphore is not disposed: it never makes a wait handle, and the endpoint may look at it after the gate.
#pragma warning disable CA1001
internal sealed class AnswerTurn
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _turn = new(1);
    private volatile bool _answered;

    /// <summary>The gate has answered.</summary>
    public bool IsAnswered => _answered;

    /// <summary>Runs the endpoint's part of the answer; once the gate has answered, there is none.</summary>
    /// <exception cref="OperationCanceledException">The gate has answered.</exception>
    public static async Task<T> RunAsync<T>(HttpContext http, Func<Task<T>> part)
    {
        if (http.Features.Get<AnswerTurn>() is not { } turn) return await part();
        await turn._turn.WaitAsync();
        try
        {
            if (turn._answered) throw new OperationCanceledException("The request was answered already.");
            return await part();
        }
        finally
        {
            turn._turn.Release();
        }
    }

    /// <summary>Answers instead of the endpoint, unless that did.</summary>
    public async Task AnswerAsync(HttpContext http, Func<Task> answer)
    {
        await _turn.WaitAsync();
        try
        {
            _answered = true;
            if (!http.Response.HasStarted) await answer();
        }
        finally
        {
            _turn.Release();
        }
    }
}
