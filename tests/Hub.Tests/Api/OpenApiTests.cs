using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Api;

public sealed class OpenApiTests() : ApiSuite(null)
{
    [Fact]
    public async Task CheckedInDocumentIsWhatTheHubServes()
    {
        var served = (await SendAsync("GET", "/v1/openapi.json", null)).Text;
        var file = Path.Combine(Repository(), "docs", "openapi.json");
        var kept = File.Exists(file) ? (await File.ReadAllTextAsync(file, Ended)).TrimEnd() : "";
        if (kept == served) return;
        var fresh = Path.Combine(Repository(), "artifacts", "openapi.json");
        Directory.CreateDirectory(Path.GetDirectoryName(fresh)!);
        await File.WriteAllTextAsync(fresh, served + "\n", Ended);
        Assert.Fail("docs/openapi.json is not what the hub serves: cp artifacts/openapi.json docs/openapi.json");
    }

    [Fact]
    public async Task DocumentIsWhole()
    {
        var document = (await SendAsync("GET", "/v1/openapi.json", null)).Json;
        Assert.Equal("3.1.1", document.GetProperty("openapi").GetString());
        var ids = new HashSet<string>();
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                Assert.True(ids.Add(operation.Value.GetProperty("operationId").GetString()!), operation.Value.ToString());
                Assert.NotEmpty(operation.Value.GetProperty("summary").GetString()!);
                var told = operation.Value.TryGetProperty("parameters", out var parameters)
                    ? parameters.EnumerateArray().Where(one => one.GetProperty("in").GetString() == "path")
                        .Select(one => one.GetProperty("name").GetString())
                    : [];
                var named = path.Name.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}'));
                Assert.Equal(named, told);
            }
        }

        foreach (var reference in References(document))
            Assert.True(Find(document, reference), $"{reference} leads nowhere.");
    }

    [Fact]
    public async Task PageOfTheReferenceNeedsNothingFromElsewhere()
    {
        var page = await SendTextAsync("/docs");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.DoesNotContain("//", page.Text, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; script-src 'self'; ", page.Headers["Content-Security-Policy"],
            StringComparison.Ordinal);
        var script = page.Text[page.Text.IndexOf("/docs/scalar", StringComparison.Ordinal)..];
        var code = await SendTextAsync(script[..script.IndexOf('"', StringComparison.Ordinal)]);
        Assert.Equal("text/javascript; charset=utf-8", code.Headers["Content-Type"]);
        Assert.True(code.Text.Length > 1_000_000);
    }

    private async Task<(HttpStatusCode Status, string Text, Dictionary<string, string> Headers)> SendTextAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative), Ended);
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value));
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Ended), headers);
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member.Name == "$ref" ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private static bool Find(JsonElement document, string reference)
    {
        foreach (var name in reference.Split('/').Skip(1))
            if (document.ValueKind != JsonValueKind.Object || !document.TryGetProperty(name, out document)) return false;
        return reference.StartsWith("#/", StringComparison.Ordinal);
    }

    private static string Repository([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
