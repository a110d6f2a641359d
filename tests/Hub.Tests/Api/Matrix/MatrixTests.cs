using System.Net;
using System.Text;
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

    [Fact]
    public async Task EverybodyGetsWhatThePolicyTableSays()
    {
        foreach (var same in PolicyTable.All.GroupBy(line => line.Pattern))
            foreach (var principal in _world.Principals)
                foreach (var method in s_methods)
                    await AskAsync(same.Key, [.. same], principal, method);
        Assert.True(_requests >= LeastRequests, $"only {_requests} requests");
    }

    private async Task AskAsync(string pattern, IReadOnlyList<Expected> lines, Principal principal, string method)
    {
        var line = lines.FirstOrDefault(one => one.Method == method)
            ?? (method == "HEAD" ? lines.FirstOrDefault(one => one is { Method: "GET", IsStreamed: false }) : null);
        var refusal = Refusal(line, method, principal);
        var writes = line?.Method is not (null or "GET");
        var before = writes ? await _state.ReadAsync() : "";
        var changed = false;
        MatrixReply? first = null;
        foreach (var (name, given) in _world.Ids(lines[0].Kind))
        {
            foreach (var variant in MatrixVariant.All)
            {
                var mine = principal.IsOwn ? "own" : "foreign";
                var allowed = refusal is null && (lines[0].Kind.Length == 0 || name == mine);
                // What somebody may change is made for them; it is gone afterwards.
                var id = allowed && writes && principal.IsOwn && lines[0].Kind.Length > 0
                    ? await _world.NewAsync(lines[0].Kind) : given;
                if (allowed && writes && !principal.IsOwn && lines[0].Kind.Length > 0) continue;
                changed |= allowed && writes;
                var what = $"{method} {pattern} by {principal}, {name} id, {variant.Name}";
                var path = pattern[..(pattern.IndexOf('{') is var at and >= 0 ? at : pattern.Length)] + id;
                var reply = await SendAsync(method, path, line, principal, variant);
                Check(what, method, path, principal, reply);
                if (allowed)
                {
                    Assert.True((int)reply.Status < 500 && !IsRefusal(reply, line!), $"{what}: {reply.Status} {reply.Body}");
                    continue;
                }

                var (status, code) = refusal ?? (404, "not_found");
                Assert.True(status == (int)reply.Status, $"{what}: {reply.Status} instead of {status} {reply.Body}");
                if (status != 204 && method != "HEAD") Assert.True(reply.Says(code), $"{what}: {reply.Body}");
                // All refusals of one caller and endpoint are the same bytes, whatever the id and whatever was sent.
                first ??= reply;
                Assert.True(first == reply, $"{what}:\n{first}\n{reply}");
            }
        }

        if (!writes || changed) return;
        Assert.True(before == await _state.ReadAsync(), $"{method} {pattern} by {principal} changed something");
    }

    /// <summary>What refuses before anything is looked for; null: the caller may ask.</summary>
    private static (int Status, string Code)? Refusal(Expected? line, string method, Principal principal)
    {
        if (line is null) return method == "OPTIONS" ? (204, "") : (405, "wrong_method");
        if (line.Access == Access.Open) return null;
        if (principal.Key is null) return (401, "no_credentials");
        if (!principal.IsValid) return (401, "bad_credentials");
        if (line.Scope is not null && !principal.Scopes.Contains(line.Scope)) return (403, "missing_scope");
        if (principal.Role >= line.Least) return null;
        return (403, line.Access == Access.Key ? "missing_role" : "not_allowed");
    }

    private static bool IsRefusal(MatrixReply reply, Expected line) =>
        reply.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.MethodNotAllowed
        || (reply.Status == HttpStatusCode.NotFound && line.Kind.Length > 0);

    private void Check(string what, string method, string path, Principal principal, MatrixReply reply)
    {
        if (!principal.IsOwn && !path.Contains(MatrixWorld.Mark, StringComparison.Ordinal))
            Assert.False(reply.Body.Contains(MatrixWorld.Mark, StringComparison.Ordinal), $"{what}: {reply.Body}");
        var fault = _document.Fault(method, path, (int)reply.Status, reply.MediaType, reply.Body);
        Assert.True(fault is null, $"{what}: {fault}");
    }

    private async Task<MatrixReply> SendAsync(
        string method, string path, Expected? line, Principal principal, MatrixVariant variant)
    {
        // Twenty wrong secrets a minute are looked at; the clock of this hub is ours.
        if (!principal.IsValid && ++_wrong % 19 == 0) _time.Advance(WrongSecrets.Window);
        _requests++;
        while (true)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path + variant.Query);
            if (principal.Key is not null) variant.Authorize(request, principal.Key);
            if (method is "POST" or "PUT" or "PATCH")
                request.Content = new StringContent(line?.Body ?? "{}", Encoding.UTF8, "application/json");
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ended);
            var isEvents = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
            // A reader of events that went away gives its seat back a moment later.
            if (response.StatusCode == HttpStatusCode.TooManyRequests && path == "/v1/events") continue;
            return await MatrixReply.ReadAsync(response, !isEvents, Ended);
        }
    }
}

public sealed class MatrixTestsOnSqlite() : MatrixTests(null);

public sealed class MatrixTestsOnPostgres(PostgresServer server) : MatrixTests(server);
