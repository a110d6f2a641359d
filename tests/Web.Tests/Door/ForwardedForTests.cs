using System.Net;
using System.Net.Http.Headers;
using PrivateConnect.Hub.Data;
using PrivateConnect.Web.Tests.Rights;
using Xunit;

namespace PrivateConnect.Web.Tests.Door;

/// <summary>The whole hub, asked over a socket: whom the audit log takes the caller for.</summary>
public sealed class ForwardedForTests
{
    [Theory]
    // The neighbour is the proxy: what it says counts, what stands before that was said by the visitor.
    [InlineData("127.0.0.0/8", "192.0.2.44", "192.0.2.44")]
    [InlineData("127.0.0.0/8", "10.0.0.1, 127.0.0.1, 192.0.2.44", "192.0.2.44")]
    [InlineData("127.0.0.0/8 10.0.0.0/8", "198.51.100.7, 192.0.2.44, 10.1.2.3", "192.0.2.44")]
    [InlineData("127.0.0.0/8", "no address", "127.0.0.1")]
    // It is somebody else than the proxy, or there is none: nobody is believed.
    [InlineData("10.0.0.0/8", "192.0.2.44", "127.0.0.1")]
    [InlineData("10.0.0.0/8", "192.0.2.44, 10.1.2.3", "127.0.0.1")]
    [InlineData("", "192.0.2.44", "127.0.0.1")]
    public async Task OnlyATrustedNeighbourIsBelieved(string proxies, string header, string expected)
    {
        await using var hub = await RightsFixture.StartAsync(options => options with
        {
            TrustedProxies = [.. proxies.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPNetwork.Parse)],
        });
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{hub.ApiPort}/v1/enrolment-tokens")
        {
            Content = new StringContent("{}", new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", hub.Key);
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", header);
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        await using var db = hub.Get<Database>().Connect();
        Assert.Equal(expected, db.AuditEvents.Where(line => line.Act == "enrolment-token.make" && line.Address != "").Single().Address);
    }
}
