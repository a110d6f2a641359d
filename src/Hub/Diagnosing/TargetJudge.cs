using System.Globalization;
using PrivateConnect.Relay;
using PrivateConnect.Relay.Checks;

namespace PrivateConnect.Hub.Diagnosing;

/// <summary>What an agent found at its target, as a verdict with what to do next; pure.</summary>
internal static class TargetJudge
{
    /// <summary>From here on a certificate's end is told.</summary>
    private static readonly TimeSpan s_soon = TimeSpan.FromDays(14);

    public static Finding Of(TargetReport report, string target, string agent, DateTimeOffset now) => report.Outcome switch
    {
        TargetOutcome.Connected => Spoken(report, target, agent, now),
        TargetOutcome.UnknownHost => Finding.Failed(
            "target-unknown-host", $"The name of {target} does not resolve at agent '{agent}'.",
            $"Expose a name or address that {agent} knows; look with: getent hosts {Host(target)}"),
        TargetOutcome.Refused => Finding.Failed(
            "target-refused", $"{target} refused the connection of agent '{agent}': nobody listens there.",
            $"Is {Server(report.Protocol, target)} running on {target} at {agent}? Look there with: ss -ltn | grep :{Port(target)}"),
        TargetOutcome.Timeout => Finding.Failed(
            "target-timeout", $"{target} did not answer agent '{agent}' within {TargetCheck.Limit.TotalSeconds:0} s.",
            $"Look for a firewall between {agent} and {target} that drops packets, and whether that machine is on."),
        TargetOutcome.Forbidden => Finding.Failed(
            "target-forbidden", $"{target} is an address that agents do not dial (link-local, multicast or a cloud's metadata).",
            $"Expose another target at {agent}."),
        TargetOutcome.HungUp => Finding.Failed(
            "target-hung-up", $"{target} took the connection of agent '{agent}' and hung up at once.",
            $"Something in front of the service answers for it (a container's port, a proxy): is the service behind {target} running?"),
        _ => Finding.Failed(
            "target-unreachable", $"Agent '{agent}' has no way to {target}.",
            $"Look at {agent}'s network and routes: ping {Host(target)}"),
    };

    private static Finding Spoken(TargetReport report, string target, string agent, DateTimeOffset now)
    {
        var name = Name(report.Protocol);
        return report.Speech switch
        {
            SpeechOutcome.Other => Unexpected(
                report, "other-protocol", $"{target} takes connections of agent '{agent}', but does not answer as {name}.",
                $"Is that {name}? {Redeclare(report)}"),
            SpeechOutcome.Silent => Unexpected(
                report, "no-answer", $"{target} takes connections of agent '{agent}', but does not answer in time as {name}.",
                $"Is the service at {target} stuck or overloaded? {Redeclare(report)}"),
            SpeechOutcome.TlsFailed => Unexpected(
                report, "tls-failed", $"{target} takes connections of agent '{agent}', but the TLS handshake failed.",
                $"Look at the service's own log for why. {Redeclare(report)}"),
            _ when report.HttpStatus is >= 500 and var status => Finding.Failed(
                "http-error", $"{target} at agent '{agent}' answers GET / with {status}{(report.HttpReason is { Length: > 0 } why ? $" {why}" : "")}.",
                "The way to the service works; the service itself does not: look at its log."),
            _ => Certified(report, target, agent, now),
        };
    }

    private static Finding Certified(TargetReport report, string target, string agent, DateTimeOffset now)
    {
        if (report.Certificate is not { } shown)
            return Healthy(report, target, agent);
        // Clients of PostgreSQL look at the dates only where they were told to.
        var state = report.Protocol == ServiceProtocol.Postgres ? DiagnosisState.Warning : DiagnosisState.Failed;
        if (shown.NotAfter <= now)
        {
            return new Finding(
                state, "certificate-expired", $"{target} at agent '{agent}' answers, but its certificate expired on {Day(shown.NotAfter)}.",
                "Renew the service's certificate: clients that check it refuse the connection.");
        }

        if (shown.NotBefore > now)
        {
            return new Finding(
                state, "certificate-not-yet-valid", $"{target} at agent '{agent}' answers, but its certificate begins on {Day(shown.NotBefore)}.",
                "Look at the clocks of both machines and at the certificate.");
        }

        return shown.NotAfter - now > s_soon
            ? Healthy(report, target, agent)
            : new Finding(
                DiagnosisState.Warning, "certificate-expiring",
                $"{target} at agent '{agent}' answers; its certificate expires on {Day(shown.NotAfter)}.", "Renew the service's certificate.");
    }

    private static Finding Healthy(TargetReport report, string target, string agent)
    {
        var how = report.Protocol switch
        {
            ServiceProtocol.Tcp => "takes connections",
            ServiceProtocol.Postgres => $"answers as PostgreSQL, {(report.IsTls ? "with" : "without")} TLS",
            ServiceProtocol.Tls => "answers over TLS",
            _ => string.Create(CultureInfo.InvariantCulture, $"answers GET / with {report.HttpStatus}"),
        };
        return new Finding(DiagnosisState.Ok, "ok", $"{target} at agent '{agent}' {how}.", "");
    }

    /// <summary>What the owner named must be there; what was taken from the port may be something else.</summary>
    private static Finding Unexpected(TargetReport report, string verdict, string text, string next) =>
        new(report.IsDeclared ? DiagnosisState.Failed : DiagnosisState.Warning, verdict, text, next);

    private static string Redeclare(TargetReport report) => report.IsDeclared
        ? "If it speaks something else, expose it with another --protocol."
        : "If it speaks something else, name it where it is exposed: --protocol tcp.";

    private static string Name(ServiceProtocol protocol) => protocol switch
    {
        ServiceProtocol.Postgres => "PostgreSQL",
        ServiceProtocol.Tls => "TLS",
        ServiceProtocol.Http => "HTTP",
        ServiceProtocol.Https => "HTTPS",
        _ => "TCP",
    };

    private static string Server(ServiceProtocol protocol, string target) => (protocol, Port(target)) switch
    {
        (ServiceProtocol.Postgres, _) or (_, 5432) => "PostgreSQL",
        (ServiceProtocol.Http or ServiceProtocol.Https, _) => "a web server",
        (_, 3306) => "MySQL",
        (_, 6379) => "Redis",
        (_, 27017) => "MongoDB",
        (_, 22) => "an SSH server",
        (_, 8080 or 8443) => "a web server",
        _ => "the service",
    };

    private static int Port(string target) => TargetEndpoint.TryParse(target, out var parsed, out _) ? parsed.Port : 0;

    private static string Host(string target) => TargetEndpoint.TryParse(target, out var parsed, out _) ? parsed.Host : target;

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
