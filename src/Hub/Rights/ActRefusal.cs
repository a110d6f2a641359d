namespace PrivateConnect.Hub.Rights;

/// <summary>Why something was not done: a word for programs, empty where the thing is not there, and a line for people.</summary>
public sealed record ActRefusal(string Code, string Text)
{
    public bool IsNotFound => Code.Length == 0;
}
