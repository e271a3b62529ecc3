using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quartz;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage.Leases;
using RealtimeTours.Simulation.SampleCatalogue;
using RealtimeTours.Simulation.Supplier;
using RealtimeTours.Tests.CatalogSync.Suppliers;

namespace RealtimeTours.Tests.CatalogSync.Sync;

// Sweeps over all tours, leases between processes, requests, and the sample catalogue.
public abstract partial class SyncSpecs
{
    [Fact]
    public async Task A_sweep_syncs_every_linked_tour_and_one_that_fails_costs_the_others_nothing()
    {
        for (var i = 2; i <= 12; i++) await _host.AddTourAsync($"t{i}", (First, 20, 10), (Second, 20, 10));
        _supplier.Answer = async context =>
        {
            var asked = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
            if (asked.GetProperty("productId").GetString() == "p-t5") context.Response.StatusCode = 404;
            else await context.Response.WriteAsync(Rows((First, 7), (Second, 10)));
        };
        await _host.SyncingAsync();
        await _host.RunAsync(DateTimeOffset.UtcNow);
        for (var i = 1; i <= 12; i++) (await _host.DepartureAsync($"t{i}", First)).Seats.ShouldBe(i == 5 ? 10 : 7);
        (await _host.EventsAsync()).Select(e => e.CorrelationId).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Each_tour_is_asked_of_its_own_supplier_and_one_of_an_unknown_supplier_keeps_its_figure()
    {
        await using var second = await HostileSupplier.StartAsync();
        await using var host = await new SyncHost(_settings, [_supplier.Settings(), second.Settings(id: "second")]).QuietAsync();
        foreach (var (id, supplier) in new[] { ("t2", "second"), ("t3", "gone") })
        {
            await host.AddTourAsync(id, (First, 20, 10));
            await host.Database.InTransactionAsync(
                t => t.ExecuteAsync("UPDATE tours SET supplier_id = @supplier WHERE id = @id", new { id, supplier }));
        }
        _supplier.Answers(200, Rows((First, 3), (Second, 3)));
        second.Answers(200, Rows((First, 7)));
        await host.SyncingAsync();
        await host.RunAsync(DateTimeOffset.UtcNow);
        ((await host.DepartureAsync("t1", First)).Seats, (await host.DepartureAsync("t2", First)).Seats,
            (await host.DepartureAsync("t3", First)).Seats)
            .ShouldBe((3, 7, 10));
        (await host.TourAsync("t3")).Error!.ShouldContain("'gone'");
    }

    [Fact]
    public async Task Two_processes_do_not_sync_a_supplier_at_once_and_a_slot_is_run_once()
    {
        // A SQLite file belongs to one process: there the second process is a second set of parts over the same file.
        await _host.SyncingAsync();
        await using var other = await new SyncHost(_settings, _supplier).SyncingAsync();
        int now = 0, most = 0;
        _supplier.Answer = async context =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Delay(30);
            Interlocked.Decrement(ref now);
            await context.Response.WriteAsync(Rows((First, 10), (Second, 10)));
        };
        var slot = DateTimeOffset.UtcNow;
        await Task.WhenAll(_host.RunAsync(slot), other.RunAsync(slot));
        _supplier.Calls.ShouldBe(1);
        await _host.RunAsync(slot.AddMinutes(-5)); // a fire that comes too late
        _supplier.Calls.ShouldBe(1);
        await other.RunAsync(DateTimeOffset.UtcNow);
        (_supplier.Calls, most).ShouldBe((2, 1));
    }

    [Fact]
    public async Task What_a_process_without_the_lease_has_heard_is_not_written()
    {
        await using var lost = (await _host.Get<SupplierLease>().TryTakeAsync("default", default)).ShouldNotBeNull();
        (await _host.Get<SupplierLease>().TryTakeAsync("default", default)).ShouldBeNull();
        _supplier.Answer = async context =>
        {
            // The process is frozen here for longer than its lease.
            await _host.Database.InTransactionAsync(transaction =>
                transaction.ExecuteAsync($"UPDATE leases SET expires_at = {transaction.Dialect.Clock(TimeSpan.FromSeconds(-1))}"));
            await context.Response.WriteAsync(Rows((First, 3), (Second, 10)));
        };
        await Should.ThrowAsync<LeaseLostException>(_host.Get<SyncTour>().RunAsync("t1", lost, default));
        (await _host.DepartureAsync("t1", First)).ShouldBe((10, 20, false, 1));
        (await _host.TourAsync("t1")).SyncedAt.ShouldBeNull();
        (await _host.EventsAsync()).ShouldBeEmpty();

        // Another took it over; the first one's next lease does not cover what it began under the old one.
        await using (await _host.Get<SupplierLease>().TryTakeAsync("default", default))
            await Should.ThrowAsync<LeaseLostException>(_host.Get<SyncTour>().RunAsync("t1", lost, default));
        _supplier.Answers(500, "boom");
        await Should.ThrowAsync<LeaseLostException>(_host.Get<SyncTour>().RunAsync("t1", lost, default));
        (await _host.TourAsync("t1")).Error.ShouldBeNull();
    }

    [Fact]
    public async Task A_run_that_was_missed_is_made_up_for_once()
    {
        await _host.SyncingAsync();
        _supplier.Answers(200, Rows((First, 10), (Second, 10)));
        await _host.RunAsync(DateTimeOffset.UtcNow.AddHours(-1));
        await _host.Database.InTransactionAsync(transaction => transaction.ExecuteAsync("UPDATE tours SET last_sync_tried_at = last_synced_at"));
        await _host.Get<SyncRuns>().BeginMissedAsync(DateTimeOffset.UtcNow, default);
        await Eventually.ShouldBeTrueAsync(() => _supplier.Calls == 2);
        var (run, calls) = (await _host.Get<SyncRuns>().OfSupplierAsync("default", default), _supplier.Calls);
        await _host.Get<SyncRuns>().BeginMissedAsync(DateTimeOffset.UtcNow, default);
        (await _host.Get<SyncRuns>().OfSupplierAsync("default", default)).Slot.ShouldBe(run.Slot);
        calls.ShouldBe(2);
    }

    [Fact]
    public async Task A_requested_sync_happens_once_however_many_asked()
    {
        await _host.SyncingAsync();
        _supplier.Answers(200, Rows((First, 7), (Second, 10)));
        var requests = _host.Get<SyncRequests>();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => requests.HandleAsync(Requested("t1"), default)));
        await Eventually.ShouldBeTrueAsync(async () => (await _host.DepartureAsync("t1", First)).Seats == 7);
        await requests.HandleAsync(Requested("t1"), default); // it was synced just before
        await _host.RunAsync(DateTimeOffset.UtcNow);
        _supplier.Calls.ShouldBe(2); // the one asked for, and the run's
    }

    [Fact]
    public async Task Watched_tours_are_asked_about_again_and_again_and_the_others_with_the_run_alone()
    {
        await _host.AddTourAsync("t2", (First, 20, 10));
        await _host.SyncingAsync();
        var asked = new ConcurrentDictionary<string, int>();
        _supplier.Answer = async context =>
        {
            var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
            asked.AddOrUpdate(body.GetProperty("productId").GetString()!, 1, (_, count) => count + 1);
            await context.Response.WriteAsync(Rows((First, 10)));
        };
        var watched = new EventEnvelope(EventTypes.ToursWatched, Ids.New("evt_"), DateTimeOffset.UtcNow,
            JsonSerializer.SerializeToElement(new ToursWatched(["t1", "unknown"]), WireJson.EventOptions));
        await _host.Get<WatchedTours>().HandleAsync(watched, default);
        await Eventually.ShouldBeTrueAsync(() => asked.GetValueOrDefault("p-t1") >= 5);
        asked.ContainsKey("p-t2").ShouldBeFalse();
        await _host.RunAsync(DateTimeOffset.UtcNow); // ends, however much is watched
        asked["p-t2"].ShouldBe(1);
    }

    [Fact]
    public async Task A_supplier_that_asks_for_a_pause_gets_it_and_the_run_goes_on_afterwards()
    {
        for (var i = 2; i <= 9; i++) await _host.AddTourAsync($"t{i}", (First, 20, 10));
        await _host.SyncingAsync();
        _supplier.Answer = async context =>
        {
            if (_supplier.Calls <= 9)
            {
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = "1";
            }
            else
            {
                await context.Response.WriteAsync(Rows((First, 7)));
            }
        };
        await _host.RunAsync(DateTimeOffset.UtcNow);
        for (var i = 1; i <= 9; i++) (await _host.DepartureAsync($"t{i}", First)).Seats.ShouldBe(7);
        _supplier.Calls.ShouldBeLessThanOrEqualTo(9 + 9);
    }

    [Fact]
    public async Task A_request_that_can_never_succeed_is_refused_for_good()
    {
        var requests = _host.Get<SyncRequests>();
        await Should.ThrowAsync<PermanentFailureException>(requests.HandleAsync(Requested("nobody"), default));
        await Should.ThrowAsync<PermanentFailureException>(requests.HandleAsync(Requested(""), default));
        var noTour = Requested("t1") with { Data = JsonSerializer.SerializeToElement(new { priority = "high" }) };
        (await Should.ThrowAsync<PermanentFailureException>(requests.HandleAsync(noTour, default))).Message.ShouldContain("tourId");
        _supplier.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task The_sample_catalogue_is_written_once_and_topped_up_before_it_runs_dry()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await new SyncHost(await NewDatabaseAsync() with { DataFolder = Path.Combine(Folder, "sample") }, time: time)
            .QuietAsync();
        var seeder = host.Get<SampleCatalogueSeeder>();
        await seeder.RunAsync(default);
        var tours = SampleTours.All.Count;
        var past = SampleMember.Bookings.Where(booking => booking.Departure < 0).DistinctBy(booking => (booking.Tour, booking.Departure)).Count();
        (await CountAsync(host, "tours")).ShouldBe(tours);
        (await CountAsync(host, "departures")).ShouldBe(tours * SampleTours.DeparturesPerTour + past);
        (await CountAsync(host, "bookings WHERE status = 'confirmed'")).ShouldBe(SampleMember.Bookings.Count);
        (await CountAsync(host, "tours WHERE supplier_product_id IS NOT NULL")).ShouldBeInRange(12, 16);
        var events = await host.EventsAsync();
        events.Count(e => e.EventType == EventTypes.TourCreated).ShouldBe(tours);
        events.Count(e => e.EventType == EventTypes.AvailabilityUpdated).ShouldBe(tours * SampleTours.DeparturesPerTour + past);

        await seeder.RunAsync(default);
        (await CountAsync(host, "departures")).ShouldBe(tours * SampleTours.DeparturesPerTour + past);
        (await CountAsync(host, "bookings")).ShouldBe(SampleMember.Bookings.Count);

        time.Advance(TimeSpan.FromDays(60));
        await seeder.RunAsync(default);
        (await CountAsync(host, "tours")).ShouldBe(tours);
        (await CountAsync(host, "departures")).ShouldBe(2 * tours * SampleTours.DeparturesPerTour + past);
    }

    [Fact]
    public async Task A_host_with_nothing_configured_seeds_itself_syncs_soon_and_follows_its_supplier()
    {
        var sample = await NewDatabaseAsync() with { DataFolder = Path.Combine(Folder, "whole") };
        await using var host =
            await new SyncHost(sample, configuration: new() { ["SYNC_CRON"] = "0/2 * * * * ?", ["SUPPLIER_POLLING_MINIMUM"] = "1" }).StartAsync();
        var supplier = host.Get<SimulatedSupplierServer>();
        supplier.Options.DriftEvery = TimeSpan.FromSeconds(3);
        await Eventually.ShouldBeTrueAsync(
            async () => await CountAsync(host, "tours WHERE last_synced_at IS NOT NULL AND last_sync_error IS NULL") >= 12);
        await Eventually.ShouldBeTrueAsync(async () => (await host.EventsAsync()).Count(e => e.EventType == EventTypes.AvailabilitySynced) > 20);
        supplier.Requests.ShouldBeGreaterThan(12);
        (await host.Get<ISchedulerFactory>().GetScheduler()).ShouldNotBeNull();
    }
}
