using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using PrivateConnect.Protocol.Handshake;

namespace PrivateConnect.Agent;

/// <summary>Body of POST /v1/agent/key; all base64.</summary>
internal sealed record KeyChangeRequest(string PublicKey, string NewPublicKey, string Signature, string NewSignature);

/// <summary>
/// Changes this agent's key pair. The new key is on disk before the hub hears of it, and takes the old one's place on
/// disk only after the hub did the same: whatever is cut off in between, the next connection finds out which one counts.
/// </summary>
internal static class KeyRotation
{
    public static async Task RunAsync(ConfigFolder folder, HubAddress hub, string? pin, TimeProvider time, CancellationToken cancellation)
    {
        using var alone = HolderLock.TryTake(folder.RotationLockFile)
            ?? throw new AgentFailure(ExitCode.ConfigFolder, $"another command changes the key in {folder.Location}: wait for it");
        using var old = folder.ReadKey();
        // One that an earlier try left is asked for again: the hub may have obeyed, or may do so now.
        var left = folder.ReadNextKey();
        using var fresh = left ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (left is null)
            folder.SaveNextKey(fresh);
        var (status, text) = await new HubApi(hub, pin, time).PostAsync("/v1/agent/key", Request(old, fresh), null, cancellation);
        if (status == HttpStatusCode.OK)
        {
            folder.PromoteNextKey();
            return;
        }

        if (left is not null && status == HttpStatusCode.Unauthorized)
        {
            throw new AgentFailure(ExitCode.KeyRefused,
                $"an earlier change of the key was cut off and {hub} does not know key.pem: run  connect up  once, which finds the key that counts, then change it again");
        }

        // The answer says that the hub did not obey: the new key is worth nothing. Without an answer it stays.
        if (left is null && status is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError)
            folder.ForgetNextKey();
        throw status switch
        {
            HttpStatusCode.Unauthorized => new AgentFailure(ExitCode.KeyRefused, $"the hub at {hub} does not know this agent's key; enrol anew (connect logout)"),
            HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => new AgentFailure(
                ExitCode.HubUnreachable, $"the hub at {hub} cannot change the key now (HTTP {(int)status}{HubApi.Detail(text)}); try again later"),
            _ => new AgentFailure(ExitCode.HubUnreachable, $"{hub} gave HTTP {(int)status} to a change of the key: is it the API port of a hub of this version?"),
        };
    }

    private static string Request(ECDsa old, ECDsa fresh)
    {
        var (oldKey, newKey) = (old.ExportSubjectPublicKeyInfo(), fresh.ExportSubjectPublicKeyInfo());
        var transcript = RotationTranscript.Build(oldKey, newKey);
        return JsonSerializer.Serialize(
            new KeyChangeRequest(
                Convert.ToBase64String(oldKey), Convert.ToBase64String(newKey),
                Convert.ToBase64String(old.SignData(transcript, HashAlgorithmName.SHA256)),
                Convert.ToBase64String(fresh.SignData(transcript, HashAlgorithmName.SHA256))),
            AgentJson.Default.KeyChangeRequest);
    }
}
