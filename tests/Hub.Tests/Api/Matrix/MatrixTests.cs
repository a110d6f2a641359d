using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Api;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Api.Matrix;

/// <summary>
/// Everybody asks every endpoint for everything with every method, and gets what the policy table says. Refusals are
/// compared byte by byte with the answer for what does not exist, and the tables are looked at after refused writes.
/// </summary>
public abstract class MatrixTests(PostgresServer? server) : EngineSuite(server)
{
    private const int LeastRequests = 20_000;
    private static readonly string[] s_methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-01-01Z"));
    private TestHub _hub = null!;
    private HttpClient _client = null!;
    private MatrixWorld _world = null!;
    private DocumentCheck _document = null!;
    private MatrixState _state = null!;
    private string? _known;
    private int _requests;
    private int _wrong;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _hub = await TestHub.StartAsync(Engine, _time, quota: 1_000_000);
        _client = await _hub.ListenAsync();
        _client.DefaultRequestHeaders.Add("X-Request-Id", "same");
        _document = new DocumentCheck(await _client.GetStringAsync(new Uri("/v1/openapi.json", UriKind.Relative), Ended));
        _world = new MatrixWorld(_hub);
        await _world.BuildAsync();
        _state = new MatrixState(_hub);
    }

    public override async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _hub.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void EveryEndpointHasItsLineInThePolicyTable()
    {
        var mapped = _hub.Get<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<ApiEndpoint>())
            .OfType<ApiEndpoint>()
            .Select(endpoint => $"{endpoint.Method} {endpoint.Pattern}");
        Assert.Equal(
            PolicyTable.All.Select(line => $"{line.Method} {line.Pattern}").Order(StringComparer.Ordinal),
            mapped.Order(StringComparer.Ordinal));
    }

    private static readonly Regex s_asked = new("\"/v1/[^\"]*\"", RegexOptions.None, TimeSpan.FromSeconds(10));

    [Fact]
    public async Task EverybodyGetsWhatThePolicyTableSays()
    {
        _known = await _state.ReadAsync();
        foreach (var same in PolicyTable.All.GroupBy(line => line.Pattern))
            foreach (var method in s_methods)
            {
                foreach (var principal in _world.Principals)
                    await AskAsync(same.Key, [.. same], principal, method);
                await CheckStateAsync($"{method} {same.Key}");
            }

        Assert.True(_requests >= LeastRequests, $"only {_requests} requests");
    }

    private async Task AskAsync(string pattern, IReadOnlyList<Expected> lines, Principal principal, string method)
    {
        var line = lines.FirstOrDefault(one => one.Method == method)
            ?? (method == "HEAD" ? lines.FirstOrDefault(one => one is { Method: "GET", IsStreamed: false }) : null);
        var refusal = Refusal(line, method, principal);
        var writes = line?.Method is not (null or "GET");
        var changed = false;
        var refused = new Dictionary<int, MatrixReply>();
        var hasRead = lines.Any(one => one.Method == "GET");
        foreach (var (name, given) in _world.Ids(lines[0].Kind))
        {
            // A method that nobody mapped looks at nothing, a caller without the right to ask gets no further: few ids show it.
            if (line is null && name is not ("none" or "own" or "gone")) continue;
            if (refusal is not null && name is not ("none" or "own" or "gone" or "foreign" or "deleted" or "random")) continue;
            foreach (var variant in MatrixVariant.All)
            {
                // HEAD is the GET of its line. A refusal before anything is looked for is tried in all ways with one id.
                if (variant.Name != "plain" && (line is null || method == "HEAD"
                    || (refusal is not null && name is not ("none" or "own" or "gone")))) break;
                var isMine = lines[0].Kind.Length == 0 || name == (principal.IsOwn ? "own" : "foreign");
                var inside = refusal ?? Inside(line!, principal, isMine);
                var allowed = inside is null;
                // What was refused until now changed nothing; from here on the tables are others.
                if (allowed && writes && !changed) await CheckStateAsync($"{method} {pattern} before {principal}");
                changed |= allowed && writes;
                // What somebody may change is made for them; it is gone afterwards.
                var id = allowed && writes && principal.IsOwn && lines[0].Kind.Length > 0
                    ? await _world.NewAsync(lines[0].Kind) : given;
                if (allowed && writes && !principal.IsOwn && lines[0].Kind.Length > 0) continue;
                var what = $"{method} {pattern} by {principal}, {name} id, {variant.Name}";
                var reply = await SendAsync(method, Path(pattern, id), line, principal, variant);
                Check(what, method, Path(pattern, id), principal, reply);
                if (allowed)
                {
                    Assert.True((int)reply.Status < 500 && !IsRefusal(reply, line!), $"{what}: {reply.Status} {reply.Body}");
                    if (pattern.EndsWith("/transfer", StringComparison.Ordinal)) await _world.TakeBackAsync();
                    continue;
                }

                var (status, code) = inside!.Value;
                // What has no address of its own to read has no version either, whether it is there or not.
                if (refusal is null && variant.Name == "with conditions" && !hasRead && method is "PUT" or "PATCH" or "DELETE")
                    (status, code) = (412, "changed");
                Assert.True(status == (int)reply.Status, $"{what}: {reply.Status} instead of {status} {reply.Body}");
                if (status != 204 && method != "HEAD") Assert.True(reply.Says(code), $"{what}: {reply.Body}");
                // All refusals of one caller and endpoint are the same bytes, whatever the id and whatever was sent.
                Assert.True(refused.TryAdd(status, reply) || refused[status] == reply, $"{what}:\n{refused[status]}\n{reply}");
            }
        }

        if (changed) _known = await _state.ReadAsync();
    }

    private async Task CheckStateAsync(string what)
    {
        _known ??= await _state.ReadAsync();
        var now = await _state.ReadAsync();
        var changes = now == _known ? "" : string.Join('\n', now.Split('\n').Except(_known.Split('\n')));
        Assert.True(now == _known, $"{what} changed:\n{changes}");
    }

    private static string Path(string pattern, string id) => pattern.IndexOf('{', StringComparison.Ordinal) is var at and >= 0
        ? $"{pattern[..at]}{id}{pattern[(pattern.LastIndexOf('}') + 1)..]}"
        : pattern;

    /// <summary>What refuses before anything is looked for; null: the caller may ask.</summary>
    private static (int Status, string Code)? Refusal(Expected? line, string method, Principal principal)
    {
        if (line is null) return method == "OPTIONS" ? (204, "") : (405, "wrong_method");
        if (line.Access == Access.Open) return null;
        if (line.Access == Access.Signature) return (401, "bad_credentials");
        if (principal.Key is null) return (401, "no_credentials");
        if (line.Access == Access.DeviceCode) return (400, "expired_token");
        if (!principal.IsValid || line.Access == Access.ShareSecret) return (401, "bad_credentials");
        if (line.Scope is not null && !principal.Scopes.Contains(line.Scope)) return (403, "missing_scope");
        if (principal.Role >= line.Least) return null;
        return (403, line.Access == Access.Key ? "missing_role" : "not_allowed");
    }

    /// <summary>What refuses once it was looked; null: it is done.</summary>
    private static (int Status, string Code)? Inside(Expected line, Principal principal, bool isMine)
    {
        if (line.NeedsPerson && !principal.IsPerson) return (403, "personal_key_needed");
        if (!isMine) return (404, "not_found");
        if (principal.Role >= line.Inside) return null;
        return line.IsHidden ? (404, "not_found") : (403, "not_allowed");
    }

    private static bool IsRefusal(MatrixReply reply, Expected line) =>
        reply.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.MethodNotAllowed
        || (reply.Status == HttpStatusCode.NotFound && line.Kind.Length > 0);

    private void Check(string what, string method, string path, Principal principal, MatrixReply reply)
    {
        // A caller's own audit log repeats the addresses that it asked for in vain.
        var told = path.StartsWith("/v1/audit-events", StringComparison.Ordinal) ? s_asked.Replace(reply.Body, "") : reply.Body;
        if (!principal.IsOwn && !path.Contains(MatrixWorld.Mark, StringComparison.Ordinal))
            Assert.False(told.Contains(MatrixWorld.Mark, StringComparison.Ordinal), $"{what}: {reply.Body}");
        var fault = _document.Fault(method, path, (int)reply.Status, reply.MediaType, reply.Body);
        Assert.True(fault is null, $"{what}: {fault}");
    }

    private async Task<MatrixReply> SendAsync(
        string method, string path, Expected? line, Principal principal, MatrixVariant variant)
    {
        // Twenty wrong secrets a minute are looked at; the clock of this hub is ours.
        var isWrong = !principal.IsValid || line?.Access is Access.DeviceCode or Access.Signature or Access.ShareSecret;
        if (isWrong && ++_wrong % 19 == 0) _time.Advance(WrongSecrets.Window);
        _requests++;
        while (true)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path + variant.Query);
            if (principal.Key is not null) variant.Authorize(request, principal.Key);
            if (method is "POST" or "PUT" or "PATCH")
                request.Content = new StringContent(line?.Body ?? "{}", Encoding.UTF8, "application/json");
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ended);
            // Events do not end, and the script is three megabytes of somebody else.
            var isLong = response.Content.Headers.ContentType?.MediaType is "text/event-stream" or "text/javascript";
            // A reader of events that went away gives its seat back a moment later.
            if (response.StatusCode == HttpStatusCode.TooManyRequests && path == "/v1/events") continue;
            return await MatrixReply.ReadAsync(response, !isLong, Ended);
        }
    }
}

public sealed class MatrixTestsOnSqlite() : MatrixTests(null);

public sealed class MatrixTestsOnPostgres(PostgresServer server) : MatrixTests(server);
