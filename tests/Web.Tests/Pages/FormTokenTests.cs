using System.Net;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Web.Pages;
using Xunit;

namespace PrivateConnect.Web.Tests.Pages;

/// <summary>
/// Every OnPost of every page, found by reflection: without the form token of the session that posts it is not run and
/// nothing changes. With it each one is run, so that a wrong address here would not pass for a refusal.
/// </summary>
public sealed class FormTokenTests : IAsyncLifetime
{
    private const string Token = "__RequestVerificationToken";

    private readonly HandlerWatch _watch = new();
    private SiteFixture _site = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await SiteFixture.StartAsync(change: services => services.Configure<MvcOptions>(mvc => mvc.Filters.Add(_watch)));
        await _site.BecomeAsync(Role.Owner);
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task PostWithoutTheSessionsOwnTokenIsRefusedAndChangesNothing()
    {
        var own = await _site.FormTokenAsync("/account");
        var ownCookies = new Dictionary<string, string>(_site.Cookies);
        // Another person of the same workspace: their token, and their cookie for forms planted beside our session.
        await _site.BecomeAsync(Role.Admin);
        var others = await _site.FormTokenAsync("/account");
        var planted = new Dictionary<string, string>(ownCookies) { ["form"] = _site.Cookies["form"] };
        Assert.All([own, others], token => Assert.NotEmpty(token));
        Assert.NotEqual(ownCookies["form"], planted["form"]);

        var posts = Posts();
        Assert.True(posts.Count > 35, $"only {posts.Count} handlers seen");
        var before = await DumpAsync();
        foreach (var (handler, path) in posts)
        {
            foreach (var (cookies, token) in new[]
                { (ownCookies, (string?)null), (ownCookies, ""), (ownCookies, others), (planted, others), (planted, own) })
            {
                _watch.Ran.Clear();
                Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(path, cookies, token));
                Assert.True(_watch.Ran.Count == 0, $"{handler.DeclaringType!.Name}.{handler.Name} ran at {path}");
            }
        }

        Assert.Equal(before, await DumpAsync());

        _watch.Holds = true;
        foreach (var (handler, path) in posts)
        {
            _watch.Ran.Clear();
            await PostAsync(path, ownCookies, own);
            Assert.Equal([handler], _watch.Ran);
        }
    }

    /// <summary>Every handler and where it is posted to. The page of problems does nothing and stands in for refused posts.</summary>
    private List<(MethodInfo Handler, string Path)> Posts()
    {
        var pages = _site.App.Services.GetRequiredService<IActionDescriptorCollectionProvider>().ActionDescriptors.Items
            .OfType<PageActionDescriptor>().DistinctBy(page => page.ViewEnginePath)
            .ToDictionary(page => page.ViewEnginePath, page => page.AttributeRouteInfo!.Template!);
        var posts = new List<(MethodInfo, string)>();
        foreach (var model in typeof(PersonPage).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(PageModel)) && !type.IsAbstract && type != typeof(ProblemModel)))
        {
            var template = pages["/" + model.Name[..^"Model".Length]];
            var path = "/" + string.Join('/', template.Split('/').Select(part => part.StartsWith('{') ? Guid.Empty.ToString("D") : part));
            foreach (var handler in model.GetMethods().Where(one => one.Name.StartsWith("OnPost", StringComparison.Ordinal)))
            {
                var name = handler.Name["OnPost".Length..];
                name = name.EndsWith("Async", StringComparison.Ordinal) ? name[..^"Async".Length] : name;
                posts.Add((handler, name.Length == 0 ? path : $"{path}?handler={name}"));
            }
        }

        return posts;
    }

    private async Task<HttpStatusCode> PostAsync(string path, Dictionary<string, string> cookies, string? token)
    {
        _site.Cookies.Clear();
        foreach (var (name, value) in cookies) _site.Cookies[name] = value;
        using var answer = await _site.SendAsync(HttpMethod.Post, path, token is null ? [] : new() { [Token] = token });
        return answer.StatusCode;
    }

    /// <summary>All rows, without the notes of when somebody was last here.</summary>
    private async Task<string> DumpAsync()
    {
        await using var connection = _site.App.Services.GetRequiredService<Database>().CreateConnection();
        await connection.OpenAsync();
        var dump = new StringBuilder();
        var tables = new List<string>();
        await ReadAsync("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", (_, value) => tables.Add(value));
        foreach (var table in tables)
        {
            await ReadAsync($"SELECT * FROM {table}", (column, value) =>
            {
                if (!column.StartsWith("last_", StringComparison.Ordinal)) dump.Append(table).Append('.').Append(column).Append(' ').AppendLine(value);
            });
        }

        return dump.ToString();

        async Task ReadAsync(string sql, Action<string, string> cell)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                for (var i = 0; i < reader.FieldCount; i++) cell(reader.GetName(i), reader.GetValue(i).ToString()!);
        }
    }

    /// <summary>Sees each handler that is about to run, and can hold it back.</summary>
    private sealed class HandlerWatch : IAsyncPageFilter
    {
        public List<MethodInfo> Ran { get; } = [];

        public bool Holds { get; set; }

        public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

        public Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
        {
            // Reading a page, also that of a problem, is no act.
            if (context.HandlerMethod is not { HttpMethod: "Post" } handler || context.HandlerInstance is ProblemModel) return next();
            Ran.Add(handler.MethodInfo);
            if (!Holds) return next();
            context.Result = new NoContentResult();
            return Task.CompletedTask;
        }
    }
}
