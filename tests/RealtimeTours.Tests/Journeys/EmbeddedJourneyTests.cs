using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Web.Operations;

namespace RealtimeTours.Tests.Journeys;

public sealed class EmbeddedJourneyTests(EmbeddedJourneyTests.Fixture fixture) : SystemJourneySpecs, IClassFixture<EmbeddedJourneyTests.Fixture>
{
    protected override RunningSystem System => fixture.System;

    [Fact]
    public async Task After_a_restart_the_data_is_still_there()
    {
        await using var system = await RunningSystem.StartEmbeddedAsync();
        using var ada = await new RestClient(system.Web).SignInAsync("ada");
        var (tourId, departure) = await ada.DepartureWithSeatsAsync(10);
        var (_, body, _) = await ada.BookAsync(tourId, departure.Date, 4);
        var id = body.GetProperty("data").GetProperty("booking").GetProperty("id").GetString();

        var host = system.Hosts.Single();
        (await host.StopAsync()).ShouldBe(0);
        await host.StartAsync();

        (await ada.TourAsync(tourId)).Departures.Single(d => d.Date == departure.Date).AvailableSpots.ShouldBe(departure.AvailableSpots - 4);
        (await ada.Http.GetAsync($"/api/bookings/{id}")).IsSuccessStatusCode.ShouldBeTrue("the token and the booking outlive a restart");
        await using var watcher = await HubClient.ConnectAsync(system.Hubs[0]);
        var snapshot = await watcher.WatchTourAsync(tourId);
        snapshot.Departures.Single(d => d.Date == departure.Date).AvailableSpots.ShouldBe(departure.AvailableSpots - 4);
    }

    [Fact]
    public async Task The_dashboards_metrics_exist_here_too_but_for_those_between_nodes()
    {
        using var ada = await new RestClient(System.Web).SignInAsync("ada");
        var (tourId, departure) = await ada.DepartureWithSeatsAsync(8);
        await using var watcher = await HubClient.ConnectAsync(System.Hubs[0]);
        await watcher.WatchTourAsync(tourId);
        await ada.BookAsync(tourId, departure.Date, 1);
        await Eventually.ShouldBeTrueAsync(() => !watcher.Updates.IsEmpty);

        var given = "";
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            given = await ada.Http.GetStringAsync("/metrics");
            return Dashboard.Metrics.Where(name => !name.StartsWith("backplane_", StringComparison.Ordinal)).All(Dashboard.SamplesOf(given).Contains);
        });
        var names = given.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).ToArray();
        names.ShouldBe(names.Distinct(), "the format allows each name once, though two servers run in this process");
    }

    [Fact]
    public async Task Every_metric_that_one_process_gave_is_there_as_it_was()
    {
        using var ada = await new RestClient(System.Web).SignInAsync("ada");
        var (tourId, departure) = await ada.DepartureWithSeatsAsync(8);
        await using var watcher = await HubClient.ConnectAsync(System.Hubs[0]);
        await watcher.WatchTourAsync(tourId);
        await ada.BookAsync(tourId, departure.Date, 1);
        await MetricsThatStay.BeRefusedAsync(System.Hubs[0]);
        await (await HubClient.ConnectAsync(System.Hubs[0])).DisposeAsync(); // one that ends
        await MetricsThatStay.ShouldBeThereAsync("embedded", System.Web);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        public RunningSystem System { get; private set; } = null!;

        // The late payment comes after two browsers have shown what was before it, on a slow machine too.
        public async Task InitializeAsync() => System = await RunningSystem.StartEmbeddedAsync(("Payments__SimulatedDelay", "10"));

        public async Task DisposeAsync() => await System.DisposeAsync();
    }
}
