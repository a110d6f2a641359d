using System.Text;
using System.Text.Json;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Events;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Events;

/// <summary>Events are the differences of two samples.</summary>
public sealed class LiveEventsTests() : HubSuite(null)
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Fact]
    public void DifferencesBecomeEventsOfTheirWorkspace()
    {
        var before = Sample([Agent("a", 0), Agent("b", 0)], [Service("db", 1, 1, 2), Service("web", 2, 0, 0)]);
        var after = Sample([Agent("a", 0), Agent("b", 5)], [Service("db", 9, 2, 6), Service("new", 3, 1, 1)]);
        Hub.Get<LiveEvents>().Compare(before, after);
        Assert.Equal(
            [
                """agent.up {"at":"1970-01-01T00:00:00+00:00","agentId":"b","label":"b","address":"192.0.2.1","version":"1"}""",
                """agent.down {"at":"1970-01-01T00:00:00+00:00","agentId":"b","label":"b"}""",
                """service.changed {"at":"1970-01-01T00:00:00+00:00","agentId":"a","label":"a","service":"db","target":"t:1","port":9}""",
                """streams {"at":"1970-01-01T00:00:00+00:00","service":"db","opened":4,"ended":3,"live":2,"bytesIn":7,"bytesOut":8}""",
                """service.up {"at":"1970-01-01T00:00:00+00:00","agentId":"a","label":"a","service":"new","target":"t:1","port":3}""",
                """streams {"at":"1970-01-01T00:00:00+00:00","service":"new","opened":1,"ended":0,"live":1,"bytesIn":7,"bytesOut":8}""",
                """service.down {"at":"1970-01-01T00:00:00+00:00","agentId":"a","service":"web"}""",
            ],
            Hub.Get<EventFeed>().Of("w").After(0).Events.Select(one => $"{one.Type} {Encoding.UTF8.GetString(one.Data.Span)}"));
        Assert.Empty(Hub.Get<EventFeed>().Of("other").After(0).Events);
    }

    [Fact]
    public void NothingNewIsNoEvent()
    {
        var same = Sample([Agent("a", 0)], [Service("db", 1, 1, 2)]);
        Hub.Get<LiveEvents>().Compare(same, same);
        Assert.Equal(0, Hub.Get<EventFeed>().Of("w").Last);
    }

    [Fact]
    public async Task ChangedMembersAndKeysAreEventsOfTheirWorkspace()
    {
        var workspace = await Hub.DefaultWorkspaceAsync();
        Hub.Get<LiveEvents>();
        var owner = new Requester(workspace, Role.Owner, null, "test", "");
        var made = await Hub.Get<WorkspaceKeys>().CreateAsync(owner, "k", [Scopes.Agents], null, false, Ended);
        await Hub.Get<WorkspaceKeys>().RevokeAsync(owner, made.Value!.Row.Id, Ended);
        Hub.Get<MemberDirectory>().Raise(new MembershipChange(workspace, "u", Role.Viewer));
        Assert.Equal(
            ["key.change", "key.change", "member.change"],
            Hub.Get<EventFeed>().Of(workspace).After(0).Events
                .Select(one => JsonDocument.Parse(one.Data).RootElement.GetProperty("what").GetString()));
    }

    private static LiveSample Sample(LiveAgent[] agents, LiveService[] services) => new(Start, agents, services, 0, 0, []);

    private static LiveAgent Agent(string id, int second) =>
        new(id, "w", id, "1", "192.0.2.1", Start.AddSeconds(second), null, 0, 0, 0, 0, 0);

    private static LiveService Service(string name, int port, int streams, long opened) =>
        new("w", name, "a", "a", "t:1", "127.0.0.1", port, streams, 7, 8, 0, 0) { Opened = opened };
}
