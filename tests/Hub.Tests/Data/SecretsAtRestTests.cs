using System.Data.Common;
using System.Text;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Devices;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Data;

/// <summary>A dump of the database opens no door.</summary>
public abstract class SecretsAtRestTests(PostgresServer? server) : HubSuite(server)
{
    [Fact]
    public async Task NoTableAndNoFileHoldsASecret()
    {
        var secrets = await UseEveryDoorAsync();
        var dump = await DumpAsync();
        Assert.Contains("agent.enrol", dump, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(Engine.Folder))
            dump += Encoding.Latin1.GetString(await ReadSharedAsync(file));
        // Without the prefix too, and in any case: a secret stored in parts or folded would be found.
        Assert.All(secrets, secret => Assert.DoesNotContain(secret[3..], dump, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task WhatTheDatabaseHoldsOpensNothing()
    {
        await UseEveryDoorAsync();
        var words = (await DumpAsync()).Split(['\n', '\t', ' ', '"', ',', ':'], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.Length >= 16).Distinct().ToList();
        Assert.NotEmpty(words);
        foreach (var word in words)
        {
            foreach (var prefix in (string[])["", "pc_", "pe_", "pi_", "pl_", "ps_", "pd_"])
            {
                var guess = prefix + word;
                Assert.Null(await Hub.Keys.VerifyAsync(guess, Ended));
                Assert.Null(await Hub.Sessions.FindAsync(guess, Ended));
                Assert.Null(await Hub.Get<ShareLinks>().OpenAsync(guess, Ended));
                Assert.Equal((DevicePoll.ExpiredToken, null), await Hub.Get<DeviceCodes>().PollAsync(guess, Ended));
                Assert.Equal(LoginFailure.BadLink, (await Hub.Links.RedeemAsync(guess, "a@b", Ended)).Failure);
                Assert.Null(await Hub.Get<Acceptance>().PeekAsync(guess, Ended));
                Assert.Equal(EnrolFailure.BadSecret,
                    (await Hub.Agents.EnrolAsync([], "x", guess, "", Ended)).Failure);
            }
        }
    }

    private async Task<List<string>> UseEveryDoorAsync()
    {
        var workspace = await Hub.DefaultWorkspaceAsync();
        var setup = (await Hub.Links.CreateSetupAsync(Ended))!;
        var user = (await Hub.Links.RedeemAsync(setup, "owner@example.org", Ended)).UserId!;
        var owner = new Requester(workspace, Role.Owner, user, $"user {user}", "127.0.0.1");
        var spent = (await Hub.Tokens.CreateAsync(Requester.Local(workspace, "test"), TimeSpan.FromHours(1), false, Ended))!;
        await Hub.Agents.EnrolAsync(TestKeys.NewSpki(), "box", spent, "127.0.0.1", Ended);
        var diagnostic = await Hub.Get<Diagnostics>().StoreAsync(workspace, "db", "test", "{}", Ended);
        var share = await Hub.Get<ShareLinks>().CreateAsync(workspace, diagnostic.Id, TimeSpan.FromDays(1), "test", "", Ended);
        var device = (await Hub.Get<DeviceCodes>().StartAsync("box", "1.0", false, null, Ended))!;
        var letters = device.UserCode.Replace("-", "", StringComparison.Ordinal);
        return
        [
            device.DeviceCode,
            // All of its 34.6 bits can be tried against a hash, so a plain hash of it gives it away like the code itself.
            .. new[] { device.UserCode, letters, letters.ToLowerInvariant() }
                .SelectMany(typed => new[] { $"pd_{typed}", $"pd_{TokenSecret.Hash(typed)}" }),
            setup,
            share!.Value.Secret,
            Hub.Start.FirstApiKey!,
            await Hub.NewKeyAsync(workspace),
            spent,
            (await Hub.Tokens.CreateAsync(Requester.Local(workspace, "test"), TimeSpan.FromHours(1), false, Ended))!,
            (await Hub.Links.CreateForAsync("owner@example.org", LoginLinks.LinkLife, Ended))!,
            await Hub.Sessions.CreateAsync(user, "127.0.0.1", "test", Ended),
            (await Hub.Get<WorkspaceKeys>().CreateAsync(owner, "mine", Scopes.All, null, true, Ended)).Value!.Secret,
            Mailbox.TokenOf((await Hub.Get<Invitations>()
                .CreateAsync(owner, "new@example.org", Role.Member, false, Ended)).Value!.Link!),
        ];
    }

    private async Task<string> DumpAsync()
    {
        await using var connection = Hub.Database.CreateConnection();
        await connection.OpenAsync(Ended);
        var tables = await ReadAsync(connection, Engine.IsPostgres
            ? "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            : "SELECT name FROM sqlite_master WHERE type = 'table'");
        var dump = new StringBuilder();
        foreach (var table in tables.Split(['\n', '\t'], StringSplitOptions.RemoveEmptyEntries))
            dump.Append(await ReadAsync(connection, $"SELECT * FROM {table}"));
        return dump.ToString();
    }

    private static async Task<string> ReadAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(Ended);
        var text = new StringBuilder();
        while (await reader.ReadAsync(Ended))
        {
            for (var i = 0; i < reader.FieldCount; i++)
                text.Append(reader.GetValue(i) is byte[] bytes
                    ? Convert.ToHexStringLower(bytes) : reader.GetValue(i)).Append('\t');
            text.Append('\n');
        }

        return text.ToString();
    }

    private static async Task<byte[]> ReadSharedAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, Ended);
        return bytes.ToArray();
    }
}

public sealed class SecretsAtRestTestsOnSqlite() : SecretsAtRestTests(null);

public sealed class SecretsAtRestTestsOnPostgres(PostgresServer server) : SecretsAtRestTests(server);
