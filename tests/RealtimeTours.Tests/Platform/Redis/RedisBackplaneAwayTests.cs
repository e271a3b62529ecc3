using System.Diagnostics;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Servers;
using Xunit.Abstractions;

namespace RealtimeTours.Tests.Platform.Redis;

/// <summary>Redis goes away and comes back, empty of subscriptions; nobody connects or joins anew.</summary>
public sealed class RedisBackplaneAwayTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly RedisServer _redis = new();

    public Task InitializeAsync() => _redis.StartAsync();

    public Task DisposeAsync() => _redis.DisposeAsync().AsTask();

    [Fact]
    public async Task After_a_restart_of_Redis_every_kind_of_send_crosses_hosts_again()
    {
        await using var one = await RelayHost.StartAsync(_redis.Url, "p");
        await using var two = await RelayHost.StartAsync(_redis.Url, "p");
        var anna = await one.ConnectAsync("anna", group: "g");
        await two.Hub.Clients.Group("g").SendAsync("Hear", "before");
        await Eventually.ShouldBeTrueAsync(() => anna.Heard.Contains("before"));

        await _redis.KillAsync();
        await _redis.StartAsync();

        await AllReachAsync(two, anna);
    }

    [Fact]
    public async Task Who_connects_and_joins_while_Redis_is_away_is_served_at_once_and_reached_when_it_is_back()
    {
        await using var one = await RelayHost.StartAsync(_redis.Url, "p");
        await using var two = await RelayHost.StartAsync(_redis.Url, "p");
        await one.ConnectAsync("earlier");
        await _redis.KillAsync();

        var anna = await one.ConnectAsync("anna", group: "g");
        (await anna.Connection.InvokeAsync<string>("Id")).ShouldBe(anna.Connection.ConnectionId);
        await Should.ThrowAsync<Exception>(() => two.Hub.Clients.User("anna").SendAsync("Hear", "lost")); // who sends is told

        await _redis.StartAsync();
        await AllReachAsync(two, anna);
        anna.Heard.ShouldNotContain("lost");
    }

    [Fact]
    public async Task A_host_that_starts_without_Redis_serves_and_is_part_of_the_system_once_it_is_there()
    {
        await _redis.KillAsync();
        await using var one = await RelayHost.StartAsync(_redis.Url, "p");
        await using var two = await RelayHost.StartAsync(_redis.Url, "p");
        var anna = await one.ConnectAsync("anna", group: "g");
        var leaves = await one.ConnectAsync("leaves");
        await leaves.Connection.DisposeAsync();

        await _redis.StartAsync();
        await AllReachAsync(two, anna);
    }

    [Fact]
    public async Task Connections_come_and_go_while_Redis_is_killed_and_started_and_every_user_is_reached_in_the_end()
    {
        await using var one = await RelayHost.StartAsync(_redis.Url, "p");
        await using var two = await RelayHost.StartAsync(_redis.Url, "p");
        var stay = new List<(string User, RelayClient Client)>();
        var coming = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                var user = $"user-{i % 40}";
                var client = await one.ConnectAsync(user);
                if (i % 2 == 0) await client.Connection.DisposeAsync();
                else stay.Add((user, client));
            }
        });
        for (var kill = 0; kill < 3; kill++)
        {
            await _redis.KillAsync();
            await _redis.StartAsync();
        }
        await coming;

        foreach (var (user, client) in stay)
            await ReachesAsync(client, user, () => two.Hub.Clients.User(user).SendAsync("Hear", user));
    }

    [Fact]
    public async Task A_way_to_Redis_that_drops_everything_is_noticed_and_left()
    {
        await using var path = new TcpProxy(_redis.Port);
        await using var one = await RelayHost.StartAsync($"redis://127.0.0.1:{path.Port}", "p");
        await using var two = await RelayHost.StartAsync(_redis.Url, "p");
        var anna = await one.ConnectAsync("anna", group: "g");
        await AllReachAsync(two, anna);
        var redis = await one.Redis.MultiplexerAsync();

        path.Stall();
        var clock = Stopwatch.StartNew();
        await Eventually.ShouldBeTrueAsync(() => !redis.IsConnected);
        output.WriteLine($"noticed after {clock.Elapsed.TotalSeconds:0.0} s (promised: 10 s)");

        path.Resume();
        while (anna.Heard.TryDequeue(out _)) { }
        await AllReachAsync(two, anna);
    }

    // What is sent while the receiving host is not connected again is lost, as with any pub/sub: so it is sent until it arrives.
    private static async Task AllReachAsync(RelayHost from, RelayClient client)
    {
        await ReachesAsync(client, "group", () => from.Hub.Clients.Group("g").SendAsync("Hear", "group"));
        await ReachesAsync(client, "user", () => from.Hub.Clients.User("anna").SendAsync("Hear", "user"));
        await ReachesAsync(client, "all", () => from.Hub.Clients.All.SendAsync("Hear", "all"));
        await ReachesAsync(client, "one", () => from.Hub.Clients.Client(client.Connection.ConnectionId!).SendAsync("Hear", "one"));
        (await from.Hub.Clients.Client(client.Connection.ConnectionId!).InvokeAsync<RelayAnswer>("Double", 21, default)).Number.ShouldBe(42);
        client.Connection.State.ShouldBe(HubConnectionState.Connected);
    }

    private static Task ReachesAsync(RelayClient client, string text, Func<Task> send) => Eventually.ShouldBeTrueAsync(async () =>
    {
        await send();
        return client.Heard.Contains(text);
    });
}
