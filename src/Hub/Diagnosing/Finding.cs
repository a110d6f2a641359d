using PrivateConnect.Relay.Checks;

namespace PrivateConnect.Hub.Diagnosing;

/// <summary>What is made of one look, in words.</summary>
internal sealed record Finding(DiagnosisState State, string Verdict, string Text, string Next)
{
    public static Finding Failed(string verdict, string text, string next) => new(DiagnosisState.Failed, verdict, text, next);
}
