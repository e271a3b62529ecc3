namespace RealtimeTours.Tests.Backplane;

public abstract partial class HubLifetimeManagerSpecs
{
    [Fact]
    public async Task A_group_is_reached_on_all_nodes_and_nobody_outside_it()
    {
        var nodes = await StartAsync();
        TestConnection[] members = [await nodes.ConnectAsync(0, group: "g"), await nodes.ConnectAsync(1, group: "g"), await nodes.ConnectAsync(1, group: "g")];
        TestConnection[] others = [await nodes.ConnectAsync(0, group: "G"), await nodes.ConnectAsync(1, group: "h"), await nodes.ConnectAsync(2)];

        await nodes[0].SendGroupAsync("g", "Hello", ["0"]);
        await nodes[2].SendGroupAsync("g", "Hello", ["2"]);
        await nodes.SettleAsync();

        foreach (var connection in members) connection.Texts.Order().ShouldBe(["Hello:0", "Hello:2"]);
        foreach (var connection in others) connection.Texts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_group_except_spares_the_excluded_on_every_node()
    {
        var nodes = await StartAsync();
        TestConnection[] spared = [await nodes.ConnectAsync(0, group: "g"), await nodes.ConnectAsync(1, group: "g")];
        TestConnection[] meant = [await nodes.ConnectAsync(0, group: "g"), await nodes.ConnectAsync(1, group: "g")];

        await nodes[0].SendGroupExceptAsync("g", "Hello", ["x"], [.. spared.Select(c => c.Id)]);
        await nodes.SettleAsync();

        foreach (var connection in spared) connection.Texts.ShouldBeEmpty();
        foreach (var connection in meant) connection.Texts.ShouldBe(["Hello:x"]);
    }

    [Fact]
    public async Task Several_groups_reach_a_member_once_for_each_of_its_groups()
    {
        var nodes = await StartAsync();
        var one = await nodes.ConnectAsync(1, group: "a");
        var both = await nodes.ConnectAsync(1, group: "a");
        await nodes[1].AddToGroupAsync(both.Id, "b");
        var none = await nodes.ConnectAsync(1, group: "c");

        await nodes[0].SendGroupsAsync(["a", "b"], "Hello", ["x"]);
        await nodes.SettleAsync();

        one.Texts.ShouldBe(["Hello:x"]);
        both.Texts.ShouldBe(["Hello:x", "Hello:x"]); // as SignalR's own manager does it
        none.Texts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_group_name_is_taken_to_the_letter()
    {
        var nodes = await StartAsync();
        string[] names = ["news*", "news", "newsroom", "n?ws", "[n]ews", "東京 🗼", "a:b", " "];
        var members = new List<TestConnection>();
        foreach (var name in names) members.Add(await nodes.ConnectAsync(1, group: name));

        foreach (var name in names) await nodes[0].SendGroupAsync(name, "To", [name]);
        await nodes.SettleAsync();

        members.Select(m => m.Texts).ShouldBe(names.Select(name => new[] { $"To:{name}" }));
    }

    [Fact]
    public async Task Adding_a_connection_of_another_node_counts_once_the_task_completes()
    {
        var nodes = await StartAsync();
        var connection = await nodes.ConnectAsync(0);

        for (var i = 0; i < 20; i++)
        {
            await nodes[1].AddToGroupAsync(connection.Id, $"g{i}");
            await nodes[2].SendGroupAsync($"g{i}", "Hello", [$"{i}"]);
        }
        await nodes.SettleAsync();

        connection.Texts.ShouldBe(Enumerable.Range(0, 20).Select(i => $"Hello:{i}"));
    }

    [Fact]
    public async Task Removing_a_connection_of_another_node_counts_once_the_task_completes()
    {
        var nodes = await StartAsync();
        var connection = await nodes.ConnectAsync(0, group: "g");
        var stays = await nodes.ConnectAsync(0, group: "g");

        await nodes[1].RemoveFromGroupAsync(connection.Id, "g");
        await nodes[1].SendGroupAsync("g", "Hello", ["1"]);
        await nodes[0].SendGroupAsync("g", "Hello", ["0"]);
        await nodes.SettleAsync();

        connection.Texts.ShouldBeEmpty();
        stays.Texts.Order().ShouldBe(["Hello:0", "Hello:1"]);
    }

    [Fact]
    public async Task Adding_twice_is_being_in_once()
    {
        var nodes = await StartAsync();
        var connection = await nodes.ConnectAsync(0, group: "g");
        await nodes[0].AddToGroupAsync(connection.Id, "g");
        await nodes[1].AddToGroupAsync(connection.Id, "g");

        await nodes[1].SendGroupAsync("g", "Hello", ["in"]);
        await nodes[1].RemoveFromGroupAsync(connection.Id, "g");
        await nodes[1].SendGroupAsync("g", "Hello", ["out"]);
        await nodes.SettleAsync();

        connection.Texts.ShouldBe(["Hello:in"]);
    }

    [Fact]
    public async Task Groups_of_a_connection_nobody_has_change_nothing_and_do_not_fail()
    {
        var nodes = await StartAsync();
        var connection = await nodes.ConnectAsync(0);

        await nodes[0].AddToGroupAsync("nobody", "g");
        await nodes[0].RemoveFromGroupAsync("nobody", "g");
        await nodes[0].RemoveFromGroupAsync(connection.Id, "never joined");
        await nodes[1].RemoveFromGroupAsync(connection.Id, "never joined");
    }

    [Fact]
    public async Task A_connection_that_ended_gets_nothing_more()
    {
        var nodes = await StartAsync();
        var ended = await nodes.ConnectAsync(0, user: "anna", group: "g");
        var stays = await nodes.ConnectAsync(1, user: "anna", group: "g");

        await nodes.DisconnectAsync(ended);
        await nodes[0].AddToGroupAsync(ended.Id, "late");
        foreach (var sender in new[] { 0, 1 })
        {
            await nodes[sender].SendGroupsAsync(["g", "late"], "Hello", ["group"]);
            await nodes[sender].SendUserAsync("anna", "Hello", ["user"]);
            await nodes[sender].SendConnectionAsync(ended.Id, "Hello", ["connection"]);
        }
        await nodes.SettleAsync();

        ended.Texts.ShouldBeEmpty();
        stays.Texts.Length.ShouldBe(4);
    }

    [Fact]
    public async Task A_group_without_a_name_is_refused()
    {
        var nodes = await StartAsync();

        await Should.ThrowAsync<InvalidOperationException>(async () => await nodes[0].SendGroupsAsync(["g", ""], "Hello", ["x"]));
        await Should.ThrowAsync<ArgumentNullException>(async () => await nodes[0].SendGroupAsync(null!, "Hello", ["x"]));
        await Should.ThrowAsync<ArgumentNullException>(async () => await nodes[0].AddToGroupAsync(null!, "g"));
    }
}
