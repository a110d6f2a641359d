using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay.Checks;

namespace PrivateConnect.Hub.Diagnosing;

/// <summary>Why a question did not get as far as the target, as a verdict with what to do next; pure.</summary>
internal static class PathJudge
{
    public static Finding AgentAway(string agent) => Finding.Failed(
        "agent-away", $"Agent '{agent}' that exposes the service is not connected or does not expose it now.",
        $"Start it there again (connect up, or connect expose), and look at its output: {agent}");

    /// <summary>Its target may be well: nobody gets there.</summary>
    public static Finding Paused { get; } = Finding.Failed(
        "paused", "The service is paused: new connections to it are refused.", "Resume it on its page, or by PATCH of the service, when it shall be used.");

    public static Finding NoRight(string witness, string service) => Finding.Failed(
        "no-right", $"Agent '{witness}' may not reach '{service}'.",
        "Let an admin grant it the right, if it shall.");

    public static Finding WitnessAway(string witness) => Finding.Failed(
        "witness-away", $"Agent '{witness}' went away before it could look.", "Try again when it is connected.");

    /// <summary>Of the agent that exposes the service (<paramref name="error"/> null: no answer in time).</summary>
    public static Finding OfAgent(StreamError? error, string agent) => error switch
    {
        null => Finding.Failed(
            "agent-silent", $"Agent '{agent}' did not answer in time, although its connection stands.",
            $"Look at {agent}'s network and load; 'connect status' there shows its round trip."),
        StreamError.Paused => Paused,
        StreamError.UnknownService => new Finding(
            DiagnosisState.Failed, "agent-old",
            $"Agent '{agent}' answers no diagnosis: it is older than this hub, or it stopped exposing the service just now.",
            $"Update connect at {agent}."),
        StreamError.TooManyStreams or StreamError.Budget => Finding.Failed(
            "agent-busy", $"Agent '{agent}' or this workspace's quota takes no more streams now.", "End some connections and try again."),
        StreamError.None or StreamError.PeerReset or StreamError.InternalError => Finding.Failed(
            "bad-report", $"Agent '{agent}' gave an answer that this hub does not understand.", $"Update connect at {agent}."),
        _ => AgentAway(agent),
    };

    /// <summary>Of the agent that was to look.</summary>
    public static Finding OfWitness(StreamError? error, string witness) => error switch
    {
        null => Finding.Failed(
            "witness-silent", $"Agent '{witness}' that was to look did not answer in time.", $"Look at {witness}'s network and load."),
        StreamError.UnknownService => Finding.Failed(
            "witness-old", $"Agent '{witness}' cannot look for this hub: it is older.", $"Update connect at {witness}."),
        StreamError.TooManyStreams or StreamError.Budget => Finding.Failed(
            "witness-busy", $"Agent '{witness}' takes no more streams now.", "End some connections and try again."),
        StreamError.None => Finding.Failed(
            "bad-report", $"Agent '{witness}' gave an answer that this hub does not understand.", $"Update connect at {witness}."),
        _ => WitnessAway(witness),
    };
}
