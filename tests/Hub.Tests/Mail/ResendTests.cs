using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using PrivateConnect.Hub.Mail;
using Xunit;

namespace PrivateConnect.Hub.Tests.Mail;

/// <summary>Against an HTTP server that takes what Resend takes.</summary>
public sealed class ResendTests : IAsyncLifetime
{
    private readonly WebApplication _server;
    private int _status = 200;
    private string _path = "";
    private string _authorization = "";
    private JsonElement _body;

    public ResendTests()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(async http =>
        {
            (_path, _authorization) = ($"{http.Request.Method} {http.Request.Path}", http.Request.Headers.Authorization.ToString());
            _body = (await JsonDocument.ParseAsync(http.Request.Body)).RootElement;
            http.Response.StatusCode = _status;
            await http.Response.WriteAsync("{\"id\":\"1\"}");
        });
    }

    public async ValueTask InitializeAsync() => await _server.StartAsync();

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task MailIsPostedWithTheKey()
    {
        await SendAsync();
        Assert.Equal(("POST /emails", "Bearer re_key"), (_path, _authorization));
        Assert.Equal(
            "{\"from\":\"Hub <hub@example.org>\",\"to\":[\"ada@example.org\"],\"subject\":\"Hello\",\"text\":\"Text\"}",
            JsonSerializer.Serialize(_body, JsonSerializerOptions.Web).Replace("\\u003C", "<", StringComparison.Ordinal)
                .Replace("\\u003E", ">", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RefusalIsSaidWithItsNumberAndWithoutTheKey()
    {
        _status = 403;
        var failed = await Assert.ThrowsAsync<MailFailedException>(SendAsync);
        Assert.Contains("403", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("re_key", failed.Message, StringComparison.Ordinal);
    }

    private async Task SendAsync()
    {
        using var transport = new ResendTransport("re_key", "Hub <hub@example.org>", new Uri(_server.Urls.Single()));
        await transport.SendAsync(
            new MailMessage("ada@example.org", "Hello", "Text"), TestContext.Current.CancellationToken);
    }
}
