using System.Net;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Journeys;

/// <summary>Servers that are down: nothing crashes, readiness says so, and when they come back work goes on.</summary>
public class ServersAwayTests
{
    [Fact]
    public async Task Hosts_that_start_before_their_servers_wait_and_then_work()
    {
        await using var redis = new RedisServer();
        await using var rabbitMq = new RabbitMqServer();
        await using var postgres = new PostgresServer();
        var settings = new ServerSettings(rabbitMq.Url, redis.Url, postgres.Url()).ToEnvironment();
        await using var hub = new HostProcess("RealtimeHub", settings) { WaitUntilReady = false };
        await using var web = new HostProcess("Web", settings) { WaitUntilReady = false };
        await using var sync = new HostProcess("CatalogSync", settings) { WaitUntilReady = false };
        HostProcess[] hosts = [hub, web, sync];
        await Task.WhenAll(hosts.Select(host => host.StartAsync()));
        using var client = new HttpClient();
        foreach (var host in hosts)
        {
            using var readiness = await client.GetAsync($"{host.Address}/health/ready");
            readiness.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await readiness.Content.ReadAsStringAsync()).ShouldContain("database");
        }

        await Task.WhenAll(redis.StartAsync(), rabbitMq.StartAsync(), postgres.StartAsync());

        foreach (var host in hosts)
            await Eventually.ShouldBeTrueAsync(async () => (await client.GetAsync($"{host.Address}/health/ready")).IsSuccessStatusCode);
        using var ada = await new RestClient(web.Address).SignInAsync("ada");
        await Eventually.ShouldBeTrueAsync(async () => (await ada.ToursAsync()).Count > 0);
        var (tourId, departure) = await ada.DepartureWithSeatsAsync(6);
        await using var watcher = await HubClient.ConnectAsync(hub.Address);
        await watcher.WatchTourAsync(tourId);
        (await ada.BookAsync(tourId, departure.Date, 2)).Status.ShouldBe(HttpStatusCode.Created);
        await Eventually.ShouldBeTrueAsync(
            () => watcher.Updates.Any(u => u.Date == departure.Date && u.AvailableSpots == departure.AvailableSpots - 2));
        foreach (var host in hosts) (await host.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Killed_servers_come_back_and_every_watcher_has_the_current_figure()
    {
        await using var redis = new RedisServer();
        await using var rabbitMq = new RabbitMqServer();
        await using var postgres = new PostgresServer();
        await Task.WhenAll(redis.StartAsync(), rabbitMq.StartAsync(), postgres.StartAsync());
        await using var system =
            await RunningSystem.StartDistributedAsync(new ServerSettings(rabbitMq.Url, redis.Url, await postgres.CreateDatabaseAsync()));
        using var ada = await new RestClient(system.Web).SignInAsync("ada");
        var (tourId, departure) = await ada.DepartureWithSeatsAsync(12);
        await using var first = await JavaScriptWatcher.StartAsync(system.Hubs[0], [tourId]);
        await using var second = await JavaScriptWatcher.StartAsync(system.Hubs[1], [tourId]);
        var seats = departure.AvailableSpots;

        foreach (var server in new ServerProcess[] { redis, rabbitMq, postgres })
        {
            await server.KillAsync();
            // A booking made while PostgreSQL is away is refused; with the others away it succeeds and its events wait in the outbox.
            if (server is not PostgresServer) seats -= await BookOneAsync(ada, tourId, departure.Date);
            await server.StartAsync();
            await Eventually.ShouldBeTrueAsync(async () =>
            {
                var (status, _, _) = await ada.BookAsync(tourId, departure.Date, 1);
                if (status == HttpStatusCode.Created) seats--;
                return status == HttpStatusCode.Created;
            });
            await Eventually.ShouldBeTrueAsync(() => first.Seats(tourId, departure.Date) == seats && second.Seats(tourId, departure.Date) == seats);
        }
        (await ada.TourAsync(tourId)).Departures.Single(d => d.Date == departure.Date).AvailableSpots.ShouldBe(seats);
    }

    private static async Task<int> BookOneAsync(RestClient visitor, string tourId, DateTimeOffset date)
    {
        (await visitor.BookAsync(tourId, date, 1)).Status.ShouldBe(HttpStatusCode.Created);
        return 1;
    }
}
