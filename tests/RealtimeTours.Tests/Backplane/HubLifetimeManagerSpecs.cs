using Microsoft.AspNetCore.SignalR;

namespace RealtimeTours.Tests.Backplane;

/// <summary>
/// What a hub may rely on, whatever carries its messages. Nodes 0, 1 and 2 are one manager in process and three over Redis, so that a hub
/// method behaves the same in both modes.
/// </summary>
public abstract partial class HubLifetimeManagerSpecs
{
    private protected abstract Task<Nodes> StartAsync();

    [Fact]
    public async Task All_reaches_every_connection_of_every_node_once()
    {
        var nodes = await StartAsync();
        TestConnection[] all = [await nodes.ConnectAsync(0), await nodes.ConnectAsync(0), await nodes.ConnectAsync(1), await nodes.ConnectAsync(2)];

        await nodes[0].SendAllAsync("Hello", ["0"]);
        await nodes[2].SendAllAsync("Hello", ["2"]);
        await nodes.SettleAsync();

        foreach (var connection in all) connection.Texts.Order().ShouldBe(["Hello:0", "Hello:2"]);
    }

    [Fact]
    public async Task All_except_spares_the_excluded_on_every_node()
    {
        var nodes = await StartAsync();
        TestConnection[] spared = [await nodes.ConnectAsync(0), await nodes.ConnectAsync(1)];
        TestConnection[] meant = [await nodes.ConnectAsync(0), await nodes.ConnectAsync(1)];

        await nodes[0].SendAllExceptAsync("Hello", ["x"], [.. spared.Select(c => c.Id), .. Enumerable.Range(0, 20).Select(i => $"nobody{i}")]);
        await nodes.SettleAsync();

        foreach (var connection in spared) connection.Texts.ShouldBeEmpty();
        foreach (var connection in meant) connection.Texts.ShouldBe(["Hello:x"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_connection_is_reached_from_any_node_and_nobody_else_is(int sender)
    {
        var nodes = await StartAsync();
        var meant = await nodes.ConnectAsync(0);
        TestConnection[] others = [await nodes.ConnectAsync(0), await nodes.ConnectAsync(1)];

        await nodes[sender].SendConnectionAsync(meant.Id, "Hello", ["x"]);
        await nodes.SettleAsync();

        meant.Texts.ShouldBe(["Hello:x"]);
        foreach (var connection in others) connection.Texts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_list_of_connections_is_reached_once_each_wherever_they_are()
    {
        var nodes = await StartAsync();
        TestConnection[] meant = [await nodes.ConnectAsync(0), await nodes.ConnectAsync(1), await nodes.ConnectAsync(2)];
        var other = await nodes.ConnectAsync(1);

        await nodes[0].SendConnectionsAsync([.. meant.Select(c => c.Id), meant[0].Id, meant[1].Id, "nobody"], "Hello", ["x"]);
        await nodes.SettleAsync();

        foreach (var connection in meant) connection.Texts.ShouldBe(["Hello:x"]);
        other.Texts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_to_a_connection_nobody_has_is_dropped_quietly()
    {
        var nodes = await StartAsync();

        await nodes[0].SendConnectionAsync("nobody", "Hello", ["x"]);
        await nodes[0].SendUserAsync("nobody", "Hello", ["x"]);
        await nodes[0].SendGroupAsync("nobody", "Hello", ["x"]);
    }

    [Fact]
    public async Task A_user_is_reached_on_all_connections_and_only_these()
    {
        var nodes = await StartAsync();
        TestConnection[] anna = [await nodes.ConnectAsync(0, user: "anna"), await nodes.ConnectAsync(0, user: "anna"), await nodes.ConnectAsync(1, user: "anna")];
        TestConnection[] others = [await nodes.ConnectAsync(0, user: "Anna"), await nodes.ConnectAsync(1, user: "bert"), await nodes.ConnectAsync(1)];

        await nodes[0].SendUserAsync("anna", "Hello", ["0"]);
        await nodes[2].SendUserAsync("anna", "Hello", ["2"]);
        await nodes.SettleAsync();

        foreach (var connection in anna) connection.Texts.Order().ShouldBe(["Hello:0", "Hello:2"]);
        foreach (var connection in others) connection.Texts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_list_of_users_is_reached_once_each_even_when_named_twice()
    {
        var nodes = await StartAsync();
        TestConnection[] meant = [await nodes.ConnectAsync(0, user: "anna"), await nodes.ConnectAsync(1, user: "bert")];
        var other = await nodes.ConnectAsync(1, user: "carl");

        await nodes[0].SendUsersAsync(["anna", "bert", "anna"], "Hello", ["x"]);
        await nodes.SettleAsync();

        foreach (var connection in meant) connection.Texts.ShouldBe(["Hello:x"]);
        other.Texts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_user_with_one_connection_less_is_still_reached_on_the_others()
    {
        var nodes = await StartAsync();
        var leaves = await nodes.ConnectAsync(0, user: "anna");
        TestConnection[] stay = [await nodes.ConnectAsync(0, user: "anna"), await nodes.ConnectAsync(1, user: "anna")];

        await nodes.DisconnectAsync(leaves);
        await nodes[1].SendUserAsync("anna", "Hello", ["x"]);
        await nodes.SettleAsync();

        foreach (var connection in stay) connection.Texts.ShouldBe(["Hello:x"]);
        leaves.Texts.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_one_node_sends_arrives_in_order_whichever_way_it_is_sent()
    {
        var nodes = await StartAsync();
        TestConnection[] all = [await nodes.ConnectAsync(0, user: "anna", group: "g"), await nodes.ConnectAsync(1, user: "anna", group: "g")];

        for (var i = 0; i < 400; i += 4)
        {
            _ = nodes[0].SendGroupAsync("g", "N", [$"{i}"]); // not awaited: the order of the calls counts
            _ = nodes[0].SendAllAsync("N", [$"{i + 1}"]);
            _ = nodes[0].SendUserAsync("anna", "N", [$"{i + 2}"]);
            _ = nodes[0].SendConnectionsAsync([.. all.Select(c => c.Id)], "N", [$"{i + 3}"]);
        }
        await nodes.SettleAsync();

        foreach (var connection in all) connection.Texts.ShouldBe(Enumerable.Range(0, 400).Select(i => $"N:{i}"));
    }

    [Fact]
    public async Task A_broken_connection_costs_the_others_nothing()
    {
        var nodes = await StartAsync();
        TestConnection[] broken = [await nodes.ConnectAsync(0, group: "g"), await nodes.ConnectAsync(1, group: "g")];
        TestConnection[] others = [await nodes.ConnectAsync(0, group: "g"), await nodes.ConnectAsync(1, group: "g")];
        foreach (var connection in broken) connection.BreakWrites();

        await nodes[0].SendGroupAsync("g", "Hello", ["1"]);
        await nodes[0].SendGroupAsync("g", "Hello", ["2"]);
        await nodes[1].SendConnectionAsync(broken[0].Id, "Hello", ["3"]);
        await nodes.SettleAsync(except: broken);

        foreach (var connection in others) connection.Texts.ShouldBe(["Hello:1", "Hello:2"]);
    }

    [Fact]
    public async Task A_cancelled_send_is_not_sent()
    {
        var nodes = await StartAsync();
        var connection = await nodes.ConnectAsync(0);
        var cancelled = new CancellationToken(canceled: true);

        await Should.ThrowAsync<OperationCanceledException>(() => nodes[0].SendAllAsync("Hello", ["x"], cancelled));
        await nodes.SettleAsync();

        connection.Texts.ShouldBeEmpty();
    }
}
