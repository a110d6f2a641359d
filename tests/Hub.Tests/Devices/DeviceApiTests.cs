using System.Net;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Devices;

/// <summary>Device codes over the API, in the words of RFC 8628.</summary>
public abstract class DeviceApiTests(PostgresServer? server) : ApiSuite(server)
{
    [Fact]
    public async Task DeviceCodesOverTheApi()
    {
        var owner = await Hub.OwnerAsync();
        var codes = Hub.Get<PrivateConnect.Hub.Devices.DeviceCodes>();
        var start = await SendAsync("POST", "/v1/device/code", null, """{"label":"box","agentVersion":"1.0"}""");
        Assert.Equal(HttpStatusCode.OK, start.Status);
        var user = start.Json.GetProperty("userCode").GetString()!;
        Assert.Equal($"http://hub.test/device#{user}", start.Json.GetProperty("verificationUriComplete").GetString());
        Assert.Equal((600, 5), (start.Json.GetProperty("expiresIn").GetInt32(), start.Json.GetProperty("interval").GetInt32()));
        var device = start.Json.GetProperty("deviceCode").GetString();
        AssertProblem(await SendAsync("POST", "/v1/device/token", device), HttpStatusCode.BadRequest, "authorization_pending");
        AssertProblem(await SendAsync("POST", "/v1/device/token", device), HttpStatusCode.BadRequest, "slow_down");
        AssertProblem(await SendAsync("POST", "/v1/device/token", null), HttpStatusCode.Unauthorized, "no_credentials");
        AssertProblem(await SendAsync("POST", "/v1/device/token", user), HttpStatusCode.BadRequest, "expired_token");
        await codes.DecideAsync(user, true, owner, null, Ended);
        var token = (await SendAsync("POST", "/v1/device/token", device)).Json.GetProperty("token").GetString();
        Assert.StartsWith("pe_", token, StringComparison.Ordinal);
        AssertProblem(await SendAsync("POST", "/v1/device/token", device), HttpStatusCode.BadRequest, "expired_token");
        foreach (var (body, code) in new[]
        {
            ("""{"label":"","agentVersion":"1"}""", "bad_label"), ("""{"label":"b","agentVersion":""}""", "bad_version"),
            ("""{"label":"b"}""", "bad_body"), ("""{"label":"b","agentVersion":"1","address":"10.0.0.1"}""", "bad_body"),
        })
            AssertProblem(await SendAsync("POST", "/v1/device/code", null, body), HttpStatusCode.BadRequest, code);
        for (var i = 0; i < 9; i++)
            await SendAsync("POST", "/v1/device/code", null, """{"label":"box","agentVersion":"1.0"}""");
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("POST", "/v1/device/code", null, """{"label":"box","agentVersion":"1.0"}""")).Status);
        AssertProblem(await SendAsync("POST", "/v1/device/code", null, """{"label":"box","agentVersion":"1.0"}"""), HttpStatusCode.TooManyRequests, "too_many_codes");
    }
}

public sealed class DeviceApiTestsOnSqlite() : DeviceApiTests(null);

public sealed class DeviceApiTestsOnPostgres(PostgresServer server) : DeviceApiTests(server);
