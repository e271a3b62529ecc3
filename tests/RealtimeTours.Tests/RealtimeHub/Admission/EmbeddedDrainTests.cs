using Microsoft.AspNetCore.Http.Connections;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Journeys;

namespace RealtimeTours.Tests.RealtimeHub.Admission;

public class EmbeddedDrainTests
{
    [Fact]
    public async Task The_whole_system_in_one_process_lets_stock_clients_reconnect_across_its_restart_over_every_transport()
    {
        await using var system = await RunningSystem.StartEmbeddedAsync();
        var clients = new Dictionary<HttpTransportType, WatcherView>();
        foreach (var way in (HttpTransportType[])[HttpTransportType.WebSockets, HttpTransportType.ServerSentEvents, HttpTransportType.LongPolling])
            clients[way] = await WatcherView.DotNetAsync(system.Hubs[0], ["t"], way);

        (await system.Hosts[0].StopAsync()).ShouldBe(0);
        clients.Values.ShouldAllBe(client => client.Cuts == 0, "each was asked to go, not cut");
        await system.Hosts[0].StartAsync();

        foreach (var client in clients.Values)
        {
            await Eventually.ShouldBeTrueAsync(() => client is { Watching: true, Reconnects: 1 }, TimeSpan.FromMinutes(2));
            await client.DisposeAsync();
        }
    }
}
