using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RealtimeTours.CatalogSync.Import;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Simulation.SampleCatalogue;
using RealtimeTours.Simulation.Supplier;
using RealtimeTours.Tests.CatalogSync.Suppliers;

namespace RealtimeTours.Tests.CatalogSync.Import;

/// <summary>A supplier's products become tours, on both engines; the supplier is a real HTTP server that a test leads by the hand.</summary>
public abstract class ImportSpecs : IAsyncLifetime
{
    private static readonly DateTimeOffset First = new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero).AddDays(10).AddHours(9);
    private static readonly DateTimeOffset Second = First.AddDays(1);
    private readonly Dictionary<string, string> _products = [];
    private HostileSupplier _supplier = null!;
    private SyncHost _host = null!;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract Task<PlatformSettings> NewDatabaseAsync();

    public async Task InitializeAsync()
    {
        _supplier = await HostileSupplier.StartAsync();
        _supplier.Answer = context => context.Request.Path.Value!.EndsWith("/products", StringComparison.Ordinal)
            ? context.Response.WriteAsync($"[{string.Join(",", _products.Values)}]")
            : context.Response.WriteAsync(SupplierAnswers.Rows((First, 7), (Second, 0)));
        _host = await new SyncHost(await NewDatabaseAsync(), [_supplier.Settings(id: "acme")]).QuietAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _supplier.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    [Fact]
    public async Task A_product_becomes_a_tour_with_departures_and_the_world_is_told()
    {
        Sells("kayak");
        (await ImportAsync()).ShouldBe(new ImportOutcome(1, 0, 0, 0, null));

        (await TourAsync("acme-kayak"))
            .ShouldBe(new ImportedRow("Kayak", "Porto", "Boat", 1.5, 4_950, "EUR", "Europe/Lisbon", 2, "acme", "kayak", "DEFAULT"));
        (await _host.DepartureAsync("acme-kayak", First)).ShouldBe((7, 20, false, 1));
        (await _host.DepartureAsync("acme-kayak", Second)).ShouldBe((0, 20, false, 1));
        (await _host.TourAsync("acme-kayak")).SyncedAt.ShouldNotBeNull();
        var events = await _host.EventsAsync();
        events.Select(e => e.EventType)
            .ShouldBe([EventTypes.TourCreated, EventTypes.AvailabilitySynced, EventTypes.AvailabilitySynced], ignoreOrder: true);
        var created = events.Single(e => e.EventType == EventTypes.TourCreated).Data.Deserialize<TourChanged>(WireJson.EventOptions)!;
        created.ShouldBe(new TourChanged("acme-kayak", "Kayak", "Porto", "Boat", 1.5, 49.5m, "EUR", "Europe/Lisbon"));
    }

    [Fact]
    public async Task The_same_answer_again_writes_and_tells_nothing()
    {
        Sells("kayak");
        await ImportAsync();
        var events = (await _host.EventsAsync()).Count;
        (await ImportAsync()).ShouldBe(new ImportOutcome(0, 0, 0, 0, null));
        (await _host.EventsAsync()).Count.ShouldBe(events);
    }

    [Fact]
    public async Task What_the_supplier_changes_is_changed_and_what_an_operator_wrote_stays_until_then()
    {
        Sells("kayak");
        await ImportAsync();
        await SetAsync("UPDATE tours SET name = 'Our own words' WHERE id = 'acme-kayak'");
        await ImportAsync();
        (await TourAsync("acme-kayak")).Name.ShouldBe("Our own words");

        Sells("kayak", title: "Kayak by night", cents: 5_200);
        (await ImportAsync()).Updated.ShouldBe(1);
        var tour = await TourAsync("acme-kayak");
        (tour.Name, tour.PriceMinor).ShouldBe(("Kayak by night", 5_200));
        (await _host.EventsAsync()).Single(e => e.EventType == EventTypes.TourUpdated).Data.GetProperty("price").GetDecimal().ShouldBe(52m);
    }

    [Fact]
    public async Task A_product_that_is_gone_closes_its_departures_and_keeps_its_bookings_and_opens_again_when_it_is_back()
    {
        Sells("kayak");
        Sells("walk");
        await ImportAsync();
        (await _host.TryBookAsync("acme-kayak", First, 2)).ShouldBeTrue();
        _products.Remove("kayak");
        (await ImportAsync()).Closed.ShouldBe(1);
        (await _host.DepartureAsync("acme-kayak", First)).ShouldBe((5, 20, true, 3));
        (await _host.DepartureAsync("acme-walk", First)).Closed.ShouldBeFalse();
        (await CountAsync("bookings")).ShouldBe(1);
        (await _host.EventsAsync()).Count(e => e.Data.TryGetProperty("status", out var status) && status.GetString() == AvailabilityStatus.Closed)
            .ShouldBe(2);
        (await ImportAsync()).Closed.ShouldBe(0);

        Sells("kayak");
        (await ImportAsync()).Created.ShouldBe(0);
        await _host.SyncAsync("acme-kayak", "acme");
        (await _host.DepartureAsync("acme-kayak", First)).ShouldBe((5, 20, false, 4)); // the supplier's 7 less our 2
    }

    [Fact]
    public async Task What_cannot_be_read_or_sold_costs_the_others_nothing_and_is_not_taken_for_gone()
    {
        Sells("kayak");
        Sells("walk");
        await ImportAsync();
        _products["kayak"] = """{"id":"kayak","options":"none"}""";
        Sells("sail", cents: null);
        Sells("bike");
        var outcome = await ImportAsync();
        (outcome.Created, outcome.Closed, outcome.Failed).ShouldBe((1, 0, 2));
        outcome.Error.ShouldNotBeNull();
        (await _host.DepartureAsync("acme-kayak", First)).Closed.ShouldBeFalse();
        (await CountAsync("tours WHERE id = 'acme-sail'")).ShouldBe(0);
    }

    [Theory]
    [InlineData(200, "[]", "no product at all")]
    [InlineData(200, "<html>", "not JSON")]
    [InlineData(500, "", "500")]
    [InlineData(200, """[{"internalName":"no id"}]""", "id is missing")]
    [InlineData(200, """[{"id":"a","internalName":"A","options":[]},{"id":"a","internalName":"A","options":[]}]""", "same id")]
    public async Task An_answer_that_would_close_the_catalogue_by_mistake_changes_nothing(int status, string body, string reason)
    {
        Sells("kayak");
        await ImportAsync();
        _supplier.Answers(status, body);
        (await ImportAsync()).Error!.ShouldContain(reason);
        (await _host.DepartureAsync("acme-kayak", First)).Closed.ShouldBeFalse();
    }

    [Fact]
    public async Task A_supplier_that_asks_for_a_pause_gets_it_and_the_import_is_done_again_soon()
    {
        foreach (var id in new[] { "bike", "kayak", "sail", "walk" }) Sells(id);
        var answer = _supplier.Answer;
        _supplier.Answer = context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/availability", StringComparison.Ordinal)) return answer(context);
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "100";
            return Task.CompletedTask;
        };
        await using var lease = await _host.Get<SupplierLease>().TryTakeAsync("acme", default);
        await _host.Get<ImportCatalogue>().RunAsync(default);
        _supplier.Calls.ShouldBeLessThanOrEqualTo(3);
        (await CountAsync("supplier_imports WHERE requested AND error LIKE 'Ended early, RateLimited%'")).ShouldBe(1);
    }

    [Fact]
    public async Task Options_are_tours_of_their_own_and_a_tour_that_somebody_else_linked_is_not_doubled()
    {
        _products["kayak"] = SupplierAnswers.Product("kayak", "Kayak", 4_950, ("day", "By day"), ("night/öl", "By night"));
        Sells("walk");
        await _host.AddTourAsync("our-walk");
        await SetAsync("UPDATE tours SET supplier_id = 'acme', supplier_product_id = 'walk' WHERE id = 'our-walk'");
        (await ImportAsync()).Created.ShouldBe(2);
        (await TourAsync("acme-kayak")).Name.ShouldBe("Kayak: By day");
        (await CountAsync("tours WHERE id LIKE 'acme-kayak-night--l-%'")).ShouldBe(1); // readable, and told from others by a mark
        (await CountAsync("tours WHERE supplier_product_id = 'walk'")).ShouldBe(1);
        (await TourAsync("our-walk")).Name.ShouldBe("Tour");
        (await ImportAsync()).ShouldBe(new ImportOutcome(0, 0, 0, 0, null));
    }

    [Fact]
    public async Task Of_two_processes_one_imports_and_who_asks_gets_another()
    {
        Sells("kayak");
        var import = _host.Get<ImportCatalogue>();
        await import.RunAsync(default);
        _supplier.Calls.ShouldBe(0); // another process calls this supplier
        await using var lease = await _host.Get<SupplierLease>().TryTakeAsync("acme", default);
        await import.RunAsync(default);
        (await CountAsync("tours")).ShouldBe(1);
        var calls = _supplier.Calls;
        await import.RunAsync(default); // not due
        _supplier.Calls.ShouldBe(calls);

        await SetAsync("UPDATE supplier_imports SET requested = TRUE");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => import.RunAsync(default)));
        _supplier.Calls.ShouldBe(calls + 2);

        await SetAsync("INSERT INTO supplier_syncs (supplier_id, paused_at) VALUES ('acme', '2026-01-01T00:00:00Z')");
        await SetAsync("UPDATE supplier_imports SET requested = TRUE");
        await import.RunAsync(default);
        _supplier.Calls.ShouldBe(calls + 2);
        await SetAsync("UPDATE supplier_syncs SET paused_at = NULL");

        // A process that died in its import holds it until its lease ends.
        await SetAsync("UPDATE supplier_imports SET requested = TRUE");
        await _host.Database.InTransactionAsync(t => t.ExecuteAsync(
            $"UPDATE leases SET holder = 'dead', expires_at = {t.Dialect.Clock(TimeSpan.FromMinutes(1))} WHERE name = 'import/acme'"));
        await import.RunAsync(default);
        _supplier.Calls.ShouldBe(calls + 2);
        await _host.Database.InTransactionAsync(t => t.ExecuteAsync(
            $"UPDATE leases SET expires_at = {t.Dialect.Clock(TimeSpan.FromSeconds(-1))} WHERE holder = 'dead'"));
        await import.RunAsync(default);
        _supplier.Calls.ShouldBe(calls + 4);
    }

    [Fact]
    public async Task The_demo_keeps_its_tours_and_gains_what_only_the_simulated_supplier_sells()
    {
        await using var host = await new SyncHost(await NewDatabaseAsync() with { DataFolder = Path.Combine(Folder, "sample") }).QuietAsync();
        await using var supplier = host.Get<SimulatedSupplierServer>();
        await supplier.StartAsync(default);
        supplier.Options.Latency = TimeSpan.Zero;
        await using var lease = await host.Get<SupplierLease>().TryTakeAsync("default", default);
        await host.Get<ImportCatalogue>().RunAsync(default);
        (await CountAsync("tours", host)).ShouldBe(0); // not before the sample is there
        await host.Get<SampleCatalogueSeeder>().RunAsync(default);
        await host.Get<ImportCatalogue>().RunAsync(default);

        (await CountAsync("tours WHERE import_digest IS NULL", host)).ShouldBe(SampleTours.All.Count);
        (await CountAsync("tours WHERE import_digest IS NOT NULL", host)).ShouldBe(SampleTours.SupplierOnly.Count);
        foreach (var tour in SampleTours.SupplierOnly)
        {
            var row = await TourAsync($"default-{tour.SupplierProductId}", host);
            (row.Name, row.Destination, row.Category, row.DurationHours, row.PriceMinor, row.Currency, row.TimeZone)
                .ShouldBe((tour.Name, tour.Destination, tour.Category, tour.DurationHours, (long)(tour.Price * 100), tour.Currency, tour.TimeZone));
            (await CountAsync($"departures WHERE tour_id = 'default-{tour.SupplierProductId}'", host)).ShouldBeGreaterThan(3);
        }
        var ticket = SampleTours.SupplierOnly.First(tour => tour.OpeningHours is not null);
        var next = ticket.DeparturesFrom(DateTimeOffset.UtcNow.AddDays(2)).First();
        (await host.DepartureAsync($"default-{ticket.SupplierProductId}", next.Start + ticket.OpeningHours!.From.ToTimeSpan()))
            .Closed.ShouldBeFalse();
    }

    private void Sells(string id, string? title = null, int? cents = 4_950) =>
        _products[id] = SupplierAnswers.Product(id, title ?? $"{char.ToUpperInvariant(id[0])}{id[1..]}", cents, ("DEFAULT", "Standard"));

    private Task<ImportOutcome> ImportAsync() =>
        _host.Get<ImportSupplier>().RunAsync(_host.Get<RealtimeTours.CatalogSync.Suppliers.ConfiguredSuppliers>().Find("acme")!, default);

    private Task SetAsync(string sql) => _host.Database.InTransactionAsync(transaction => transaction.ExecuteAsync(sql));

    private async Task<ImportedRow> TourAsync(string id, SyncHost? host = null) => (await (host ?? _host).Database.InTransactionAsync(transaction =>
        transaction.FirstOrDefaultAsync<ImportedRow>("""
            SELECT name AS Name, destination AS Destination, category AS Category, duration_hours AS DurationHours, price_minor AS PriceMinor,
                   currency AS Currency, time_zone AS TimeZone, cancellation_days AS CancellationDays, supplier_id AS SupplierId,
                   supplier_product_id AS ProductId, supplier_option_id AS OptionId
            FROM tours WHERE id = @id
            """, new { id })))!;

    private Task<long> CountAsync(string what, SyncHost? host = null) => (host ?? _host).Database.InTransactionAsync(transaction =>
        transaction.FirstOrDefaultAsync<long>($"SELECT COUNT(*) FROM {what}"));

    private sealed record ImportedRow(
        string Name, string Destination, string Category, double DurationHours, long PriceMinor, string Currency, string TimeZone,
        long CancellationDays,
        string SupplierId, string ProductId, string OptionId)
    {
        public ImportedRow() : this("", "", "", 0, 0, "", "", 0, "", "", "") { }
    }
}

public sealed class SqliteImportTests : ImportSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => Task.FromResult(SyncHost.Sqlite(Folder));
}

public sealed class PostgresImportTests : ImportSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => SyncHost.PostgresAsync(Folder);
}
