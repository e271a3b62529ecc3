using Microsoft.AspNetCore.SignalR.Client;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Journeys;

namespace RealtimeTours.Tests.RealtimeHub.Draining;

public class EmbeddedDrainTests
{
    [Fact]
    public async Task The_whole_system_in_one_process_lets_a_stock_client_reconnect_across_its_restart()
    {
        await using var system = await RunningSystem.StartEmbeddedAsync();
        await using var client = await HubClient.ConnectAsync(system.Hubs[0], reconnect: true);
        var (left, back) = (new TaskCompletionSource<Exception?>(), new TaskCompletionSource());
        client.Connection.Reconnecting += why =>
        {
            left.TrySetResult(why);
            return Task.CompletedTask;
        };
        client.Connection.Reconnected += _ =>
        {
            back.TrySetResult();
            return Task.CompletedTask;
        };
        await client.WatchTourAsync("t");

        (await system.Hosts[0].StopAsync()).ShouldBe(0);
        (await left.Task).ShouldBeNull("it was asked to go, not cut");
        await system.Hosts[0].StartAsync();

        await back.Task.WaitAsync(TimeSpan.FromMinutes(2));
        (await client.WatchTourAsync("t")).TourId.ShouldBe("t");
    }
}
