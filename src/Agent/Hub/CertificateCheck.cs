using System.Net.Security;
using System.Security.Cryptography;
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

    /// <summary>For the certificates of a handshake that judged nothing, the server's own first; in DER.</summary>
    public bool Validate(IReadOnlyList<byte[]> certificates)
    {
        try
        {
            return certificates.Count == 0
                ? Validate(this, null, null, SslPolicyErrors.RemoteCertificateNotAvailable)
                : Judge(certificates);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // Broken contents, or a host's name that no certificate can have.
            Failure = Refuse($"the certificate of {hub} cannot be checked ({e.Message}); is this the hub's address?");
            return false;
        }
    }

    private bool Judge(IReadOnlyList<byte[]> certificates)
    {
        using var leaf = X509CertificateLoader.LoadCertificate(certificates[0]);
        if (pin is not null)
            return Validate(this, leaf, null, SslPolicyErrors.None);

        // What SslStream asks for: a chain to an authority of this machine, for a TLS server, and the host's name.
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        foreach (var above in certificates.Skip(1))
            chain.ChainPolicy.ExtraStore.Add(X509CertificateLoader.LoadCertificate(above));
        var errors = chain.Build(leaf) ? SslPolicyErrors.None : SslPolicyErrors.RemoteCertificateChainErrors;
        if (!leaf.MatchesHostname(hub.Host))
            errors |= SslPolicyErrors.RemoteCertificateNameMismatch;
        return Validate(this, leaf, chain, errors);
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
