using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using RealtimeTours.Platform.Backplane;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Backplane;

/// <summary>Redis goes away and comes back, empty of subscriptions; nobody registers anything anew.</summary>
public sealed class RedisBackplaneFaultTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Impatience = new BackplaneOptions().RedisTimeout; // production's, or each test would wait for a minute
    private readonly RedisServer _server = new();
    private RedisNodes _redis = null!;

    public async Task InitializeAsync()
    {
        await _server.StartAsync();
        _redis = new RedisNodes(_server.Url, "faults", Impatience);
    }

    public async Task DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task After_a_restart_of_Redis_every_kind_of_send_crosses_nodes_again()
    {
        var nodes = new Nodes(_redis.Add(), _redis.Add());
        var connection = await nodes.ConnectAsync(0, user: "anna", group: "g");
        await nodes[1].SendGroupAsync("g", "Before", ["x"]);
        await Eventually.ShouldBeTrueAsync(() => connection.Texts.Contains("Before:x"));

        await _server.KillAsync();
        await _server.StartAsync();

        await ReachesAsync(connection, "Group", () => nodes[1].SendGroupAsync("g", "Group", ["x"]));
        await ReachesAsync(connection, "User", () => nodes[1].SendUserAsync("anna", "User", ["x"]));
        await ReachesAsync(connection, "All", () => nodes[1].SendAllAsync("All", ["x"]));
        await ReachesAsync(connection, "One", () => nodes[1].SendConnectionAsync(connection.Id, "One", ["x"]));
        await AsksAsync(nodes[1], nodes[0], connection);
    }

    [Fact]
    public async Task While_Redis_is_away_the_own_connections_get_the_message_and_the_sender_is_told()
    {
        var nodes = new Nodes(_redis.Add(), _redis.Add());
        var here = await nodes.ConnectAsync(0, user: "anna", group: "g");
        var there = await nodes.ConnectAsync(1, user: "anna", group: "g");
        await _server.KillAsync();

        Func<Task>[] sends =
        [
            () => nodes[0].SendAllAsync("Away", ["all"]),
            () => nodes[0].SendGroupAsync("g", "Away", ["group"]),
            () => nodes[0].SendUserAsync("anna", "Away", ["user"]),
            () => nodes[0].SendConnectionsAsync([here.Id, there.Id], "Away", ["both"]),
        ];
        foreach (var send in sends)
        {
            await Should.ThrowAsync<BackplaneUnavailableException>(send).WaitAsync(Patience);
        }
        await nodes[0].SendConnectionAsync(here.Id, "Away", ["one"]);
        await Should.ThrowAsync<BackplaneUnavailableException>(() => nodes[0].AddToGroupAsync(there.Id, "g2"));
        await Should.ThrowAsync<BackplaneUnavailableException>(() => nodes[0].InvokeConnectionAsync<int>(there.Id, "Ask", ["x"], default));

        await Eventually.ShouldBeTrueAsync(() => here.Texts.Length == 5);
        here.Texts.ShouldBe(["Away:all", "Away:group", "Away:user", "Away:both", "Away:one"]);
        there.Texts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_connects_and_joins_while_Redis_is_away_is_served_at_once_here_and_later_from_everywhere()
    {
        var nodes = new Nodes(_redis.Add(), _redis.Add());
        await nodes.ConnectAsync(0);
        await _server.KillAsync();

        var connection = await nodes.ConnectAsync(0, user: "anna", group: "g").WaitAsync(Patience);
        await Should.ThrowAsync<BackplaneUnavailableException>(() => nodes[0].SendGroupAsync("g", "Here", ["x"]));
        await Eventually.ShouldBeTrueAsync(() => connection.Texts.Contains("Here:x"));

        await _server.StartAsync();
        await ReachesAsync(connection, "Group", () => nodes[1].SendGroupAsync("g", "Group", ["x"]));
        await ReachesAsync(connection, "User", () => nodes[1].SendUserAsync("anna", "User", ["x"]));
    }

    [Fact]
    public async Task A_node_that_starts_while_Redis_is_away_is_part_of_the_system_once_it_is_there()
    {
        await _server.KillAsync();
        var nodes = new Nodes(_redis.Add(), _redis.Add());
        var connection = await nodes.ConnectAsync(0, group: "g");

        await _server.StartAsync();

        await ReachesAsync(connection, "All", () => nodes[1].SendAllAsync("All", ["x"]));
        await ReachesAsync(connection, "Group", () => nodes[1].SendGroupAsync("g", "Group", ["x"]));
        await AsksAsync(nodes[1], nodes[0], connection);
    }

    [Fact]
    public async Task A_result_that_comes_while_Redis_is_away_is_delivered_when_it_is_back()
    {
        var nodes = new Nodes(_redis.Add(), _redis.Add());
        var connection = await nodes.ConnectAsync(0);
        var result = nodes[1].InvokeConnectionAsync<int>(connection.Id, "Ask", ["x"], default);
        var id = await connection.InvocationIdAsync("Ask");

        await _server.KillAsync();
        await nodes[0].SetConnectionResultAsync(connection.Id, CompletionMessage.WithResult(id, 42));
        await _server.StartAsync();

        (await result.WaitAsync(Patience)).ShouldBe(42);
    }

    [Fact]
    public async Task A_group_change_right_after_a_restart_finds_a_node_that_listens_again_later_than_the_rest()
    {
        await using var proxy = new SlowSubscribeProxy(_server.Port);
        await using var slow = new RedisNodes(proxy.Url, "faults", Impatience);
        var nodes = new Nodes(slow.Add(), _redis.Add());
        var connection = await nodes.ConnectAsync(0);
        await _server.KillAsync();
        proxy.Hold = TimeSpan.FromSeconds(1);
        await _server.StartAsync();

        await Eventually.ShouldBeTrueAsync(async () =>
        {
            try
            {
                await nodes[1].AddToGroupAsync(connection.Id, "g");
                return true;
            }
            catch (BackplaneUnavailableException)
            {
                return false;
            }
        }, Patience);

        await nodes[0].SendGroupAsync("g", "Group", ["x"]);
        await Eventually.ShouldBeTrueAsync(() => connection.Texts.Contains("Group:x"));
    }

    private static async Task ReachesAsync(TestConnection connection, string target, Func<Task> send) => await Eventually.ShouldBeTrueAsync(async () =>
    {
        try
        {
            await send();
        }
        catch (BackplaneUnavailableException)
        {
            return false;
        }
        return connection.Texts.Contains($"{target}:x");
    }, Patience);

    private static async Task AsksAsync(HubLifetimeManager<Hub> asking, HubLifetimeManager<Hub> holding, TestConnection connection)
    {
        var result = asking.InvokeConnectionAsync<int>(connection.Id, "Ask", ["x"], default);
        await holding.SetConnectionResultAsync(connection.Id, CompletionMessage.WithResult(await connection.InvocationIdAsync("Ask"), 42));
        (await result.WaitAsync(Patience)).ShouldBe(42);
    }
}
