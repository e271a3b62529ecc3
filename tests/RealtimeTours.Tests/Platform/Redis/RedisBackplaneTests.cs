using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Redis;

/// <summary>Two hosts over one Redis, with the official client.</summary>
public sealed class RedisBackplaneTests : IAsyncLifetime
{
    private RelayHost _one = null!;
    private RelayHost _two = null!;

    public async Task InitializeAsync()
    {
        var (url, prefix) = ((await SharedServers.Redis).Url, $"t{Guid.NewGuid():N}");
        (_one, _two) = (await RelayHost.StartAsync(url, prefix), await RelayHost.StartAsync(url, prefix));
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Fact]
    public async Task Groups_users_others_and_single_clients_cross_hosts()
    {
        var (anna, bert) = (await _one.ConnectAsync("anna"), await _two.ConnectAsync("bert"));
        var id = await anna.Connection.InvokeAsync<string>("Id");

        await bert.Connection.InvokeAsync("AddOther", id, "g");
        await bert.Connection.InvokeAsync("ToGroup", "g", "group");
        await bert.Connection.InvokeAsync("ToUser", "anna", "user");
        await bert.Connection.InvokeAsync("ToOthers", "others");
        await bert.Connection.InvokeAsync("ToClient", id, "client");

        await Eventually.ShouldBeTrueAsync(() => anna.Heard.Count == 4);
        anna.Heard.Order().ShouldBe(["client", "group", "others", "user"]);
        bert.Heard.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_has_just_joined_hears_what_is_sent_to_the_group_and_user_from_the_other_host()
    {
        for (var round = 0; round < 50; round++)
        {
            var client = await _one.ConnectAsync($"user-{round}", group: $"group-{round}");
            await _two.Hub.Clients.Group($"group-{round}").SendAsync("Hear", "group");
            await _two.Hub.Clients.User($"user-{round}").SendAsync("Hear", "user");
            await Eventually.ShouldBeTrueAsync(() => client.Heard.Count == 2);
        }
    }

    [Fact]
    public async Task A_user_with_one_tab_less_is_still_reached_on_the_others()
    {
        var (leaves, stays) = (await _one.ConnectAsync("anna"), await _one.ConnectAsync("anna"));
        await leaves.Connection.DisposeAsync();
        await _two.Hub.Clients.User("anna").SendAsync("Hear", "still");
        await Eventually.ShouldBeTrueAsync(() => stays.Heard.Contains("still"));
    }

    [Fact]
    public async Task Another_system_on_the_same_Redis_hears_nothing()
    {
        await using var stranger = await RelayHost.StartAsync((await SharedServers.Redis).Url, $"t{Guid.NewGuid():N}");
        var (anna, foreign) = (await _one.ConnectAsync("anna"), await stranger.ConnectAsync("anna"));
        await stranger.Hub.Clients.All.SendAsync("Hear", "theirs");
        await Eventually.ShouldBeTrueAsync(() => foreign.Heard.Contains("theirs"));
        await _two.Hub.Clients.All.SendAsync("Hear", "ours");
        await Eventually.ShouldBeTrueAsync(() => anna.Heard.Contains("ours"));
        anna.Heard.ShouldBe(["ours"]);
    }

    [Fact]
    public async Task A_hub_method_asks_a_client_of_the_other_host()
    {
        var (anna, bert) = (await _one.ConnectAsync("anna"), await _two.ConnectAsync("bert"));
        (await bert.Connection.InvokeAsync<RelayAnswer>("Ask", anna.Connection.ConnectionId, 21)).ShouldBe(new RelayAnswer(42, "anna"));
        (await Should.ThrowAsync<HubException>(() => bert.Connection.InvokeAsync<RelayAnswer>("Ask", "nobody", 21)))
            .Message.ShouldContain("does not exist");
    }

    [Fact]
    public async Task A_client_that_leaves_while_it_is_asked_ends_the_call()
    {
        var (anna, bert) = (await _one.ConnectAsync("anna"), await _two.ConnectAsync("bert"));
        var asked = new TaskCompletionSource();
        anna.Connection.Remove("Double");
        anna.Connection.On<int, RelayAnswer>("Double", async _ =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite);
            return new RelayAnswer(0, "never");
        });

        var call = bert.Connection.InvokeAsync<RelayAnswer>("Ask", anna.Connection.ConnectionId, 21);
        await asked.Task;
        await anna.Connection.DisposeAsync();

        (await Should.ThrowAsync<HubException>(() => call)).Message.ShouldContain("disconnected");
    }
}
