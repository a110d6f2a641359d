using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace PrivateConnect.Agent;

/// <summary>
/// Decides over the certificate of one connection and keeps its key's hash for the handshake's binding. With a pin the
/// key alone counts, neither name nor chain nor date; without one the platform decides. There is no third way.
/// </summary>
internal sealed class CertificateCheck(HubAddress hub, string? pin)
{
    /// <summary>SHA-256 of the SPKI that this connection used; null before the callback ran.</summary>
    public byte[]? KeyHash { get; private set; }

    public bool IsPinned => pin is not null;

    /// <summary>Why the certificate was turned down, or null.</summary>
    public AgentFailure? Failure { get; private set; }

    /// <summary>For <see cref="SslClientAuthenticationOptions.RemoteCertificateValidationCallback"/>.</summary>
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        // SslStream hands over an X509Certificate2 on every platform of .NET 10.
        if (certificate is not X509Certificate2 leaf)
        {
            Failure = Refuse($"{hub} showed no certificate; is this the hub's address?");
            return false;
        }

        KeyHash = HubPin.Hash(leaf);
        var seen = HubPin.Format(KeyHash);
        if (pin is not null)
        {
            if (seen == pin)
                return true;
            Failure = Refuse($"the key of {hub} is {seen}, not the pinned {pin}; if the hub's key was changed on purpose, "
                + "compare with hub.pin in its data folder and give --pin anew, else somebody sits in between");
            return false;
        }

        if (errors == SslPolicyErrors.None)
            return true;
        Failure = Refuse($"the certificate of {hub} is not trusted by this machine ({Words(errors, chain)}); "
            + "give --pin with the line in hub.pin in the hub's data folder");
        return false;
    }

    private static string Words(SslPolicyErrors errors, X509Chain? chain)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return "it is for another name";
        var status = chain?.ChainStatus.FirstOrDefault().Status ?? X509ChainStatusFlags.PartialChain;
        return status switch
        {
            X509ChainStatusFlags.NotTimeValid => "it is expired or not valid yet",
            X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain => "no authority this machine knows signed it",
            _ => status.ToString(),
        };
    }

    private static AgentFailure Refuse(string text) => new(ExitCode.NotTrusted, text);
}
