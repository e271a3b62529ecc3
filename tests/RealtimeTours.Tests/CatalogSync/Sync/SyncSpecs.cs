using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Tests.CatalogSync.Suppliers;

namespace RealtimeTours.Tests.CatalogSync.Sync;

/// <summary>What the sync does to a database, on both engines; the supplier is a real HTTP server that a test leads by the hand.</summary>
public abstract partial class SyncSpecs : IAsyncLifetime
{
    private static readonly DateTimeOffset First = new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero).AddDays(10).AddHours(9);
    private static readonly DateTimeOffset Second = First.AddDays(1);
    private HostileSupplier _supplier = null!;
    private PlatformSettings _settings = null!;
    private SyncHost _host = null!;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract Task<PlatformSettings> NewDatabaseAsync();

    public async Task InitializeAsync()
    {
        _supplier = await HostileSupplier.StartAsync();
        _settings = await NewDatabaseAsync();
        _host = await new SyncHost(_settings, _supplier).QuietAsync();
        await _host.AddTourAsync("t1", (First, 20, 10), (Second, 20, 10));
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _supplier.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    [Fact]
    public async Task What_changed_is_written_and_published_in_one_commit_and_the_rest_is_left_alone()
    {
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        _supplier.Answers(200, Rows((First, 3), (Second, 10)));
        (await SyncAsync()).ShouldBe(new SyncOutcome(1, 0, null));

        (await _host.DepartureAsync("t1", First)).ShouldBe((3, 20, false, 2));
        (await _host.DepartureAsync("t1", Second)).ShouldBe((10, 20, false, 1));
        var (syncedAt, error) = await _host.TourAsync("t1");
        syncedAt!.Value.ShouldBeGreaterThan(before);
        error.ShouldBeNull();

        var events = await _host.EventsAsync();
        events.Select(e => e.EventType).ShouldBe([EventTypes.AvailabilitySynced, EventTypes.AvailabilityLow], ignoreOrder: true);
        var synced = events.Single(e => e.EventType == EventTypes.AvailabilitySynced)
            .Data.Deserialize<TourAvailabilitySynced>(WireJson.EventOptions)!;
        (synced.TourId, synced.PreviousSpots, synced.CurrentSpots, synced.Date, synced.Version, synced.Source, synced.Capacity)
            .ShouldBe(("t1", 10, 3, First, 2, "third_party_sync", 20));
    }

    [Fact]
    public async Task Seats_that_the_sync_brings_are_offered_to_the_waiting_list_in_the_same_commit()
    {
        _supplier.Answers(200, Rows((First, 0), (Second, 10)));
        await SyncAsync();
        await _host.Database.InTransactionAsync(transaction => transaction.ExecuteAsync("""
            INSERT INTO waiting_list (tour_id, starts_at, user_id, participants, created_at) VALUES ('t1', @First, 'bob', 3, @now)
            """, new { First, now = DateTimeOffset.UtcNow }));
        _supplier.Answers(200, Rows((First, 4), (Second, 10)));
        await SyncAsync();

        (await _host.DepartureAsync("t1", First)).Seats.ShouldBe(1, "three of the four are held for bob");
        var offered = (await _host.EventsAsync()).Single(e => e.EventType == EventTypes.TourSpotsAvailable)
            .Data.Deserialize<TourSpotsAvailable>(WireJson.EventOptions)!;
        (offered.AvailableSpots, offered.WaitingListUserIds.Single()).ShouldBe((3, "bob"));
        (await _host.EventsAsync()).Where(e => e.EventType == EventTypes.AvailabilitySynced).ShouldNotContain(
            e => e.Data.GetProperty("currentSpots").GetInt32() == 4, "nobody is shown what is held");
    }

    [Fact]
    public async Task Nothing_new_publishes_nothing_but_moves_the_time_of_the_sync()
    {
        _supplier.Answers(200, Rows((First, 10), (Second, 10)));
        await SyncAsync();
        (await _host.EventsAsync()).ShouldBeEmpty();
        (await _host.TourAsync("t1")).SyncedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Lines_that_are_crossed_raise_their_alerts()
    {
        _supplier.Answers(200, Rows((First, 0), (Second, 10)));
        await SyncAsync();
        _supplier.Answers(200, Rows((First, 8), (Second, 10)));
        await SyncAsync();
        (await _host.EventsAsync()).Select(e => (e.Data.GetProperty("version").GetInt32(), e.EventType)).ShouldBe(
        [
            (2, EventTypes.AvailabilitySynced), (2, EventTypes.TourSoldOut), (3, EventTypes.AvailabilitySynced), (3, EventTypes.AvailabilityRestored),
        ], ignoreOrder: true);
    }

    [Theory]
    [InlineData(500, "boom", "HTTP 500")]
    [InlineData(200, "<html>", "not JSON")]
    [InlineData(400, "{\"error\":\"INVALID_PRODUCT_ID\",\"errorMessage\":\"no such product\"}", "INVALID_PRODUCT_ID")]
    public async Task A_failed_call_changes_nothing_but_the_noted_reason(int status, string body, string reason)
    {
        _supplier.Answers(200, Rows((First, 10), (Second, 10)));
        await SyncAsync();
        var syncedAt = (await _host.TourAsync("t1")).SyncedAt;

        _supplier.Answers(status, body);
        (await SyncAsync()).Failure.ShouldNotBeNull();
        (await _host.DepartureAsync("t1", First)).ShouldBe((10, 20, false, 1));
        var after = await _host.TourAsync("t1");
        after.SyncedAt.ShouldBe(syncedAt);
        after.Error!.ShouldContain(reason);
        (await _host.EventsAsync()).ShouldBeEmpty();

        _supplier.Answers(200, Rows((First, 10), (Second, 10)));
        await SyncAsync();
        (await _host.TourAsync("t1")).Error.ShouldBeNull();
    }

    [Fact]
    public async Task A_booking_made_while_the_supplier_answers_is_not_erased_and_the_next_run_counts_it()
    {
        var answer = Rows((First, 9), (Second, 9));
        _supplier.Answer = async context =>
        {
            (await _host.TryBookAsync("t1", First, 4)).ShouldBeTrue();
            await context.Response.WriteAsync(answer);
        };
        (await SyncAsync()).ShouldBe(new SyncOutcome(1, 1, null));
        (await _host.DepartureAsync("t1", First)).ShouldBe((6, 20, false, 2)); // the booking's 10 - 4, not the supplier's 9
        (await _host.DepartureAsync("t1", Second)).ShouldBe((9, 20, false, 2));

        _supplier.Answers(200, answer);
        (await SyncAsync()).ShouldBe(new SyncOutcome(1, 0, null));
        (await _host.DepartureAsync("t1", First)).ShouldBe((5, 20, false, 3)); // the supplier's 9 less our 4
    }

    [Fact]
    public async Task Bookings_and_syncs_at_once_never_sell_more_than_the_supplier_has()
    {
        // Others book and cancel two seats all the time, so that nearly every sync has something to write while bookings commit.
        _supplier.Answer = async context =>
        {
            await Task.Delay(5);
            await context.Response.WriteAsync(Rows((First, _supplier.Calls % 2 == 0 ? 12 : 14), (Second, 10)));
        };
        var booked = 0;
        var booking = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var i = 0; i < 40; i++)
            {
                await Task.Delay(8);
                if (await _host.TryBookAsync("t1", First, 1)) Interlocked.Increment(ref booked);
            }
        }));
        while (!booking.IsCompleted) await SyncAsync();
        await booking;
        booked.ShouldBeInRange(10, 14);

        _supplier.Answers(200, Rows((First, 14), (Second, 10)));
        await SyncAsync();
        (await _host.DepartureAsync("t1", First)).Seats.ShouldBe(14 - booked);
    }

    [Fact]
    public async Task A_departure_the_supplier_no_longer_has_closes_and_one_that_comes_back_opens()
    {
        _supplier.Answers(200, Rows((Second, 10)));
        await SyncAsync();
        (await _host.DepartureAsync("t1", First)).ShouldBe((10, 20, true, 2));
        (await _host.EventsAsync()).Single().Data.GetProperty("status").GetString().ShouldBe(AvailabilityStatus.Closed);

        _supplier.Answers(200, Rows((First, 10), (Second, 10)));
        await SyncAsync();
        (await _host.DepartureAsync("t1", First)).ShouldBe((10, 20, false, 3));
    }

    [Fact]
    public async Task The_window_asked_for_spans_the_future_departures_in_local_days()
    {
        JsonElement asked = default;
        _supplier.Answer = async context =>
        {
            asked = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
            await context.Response.WriteAsync(Rows((First, 10), (Second, 10)));
        };
        await SyncAsync();
        asked.GetProperty("productId").GetString().ShouldBe("p-t1");
        asked.GetProperty("optionId").GetString().ShouldBe("DEFAULT");
        asked.GetProperty("localDateStart").GetString().ShouldBe(First.ToString("yyyy-MM-dd"));
        asked.GetProperty("localDateEnd").GetString().ShouldBe(Second.ToString("yyyy-MM-dd"));
    }

    private Task<SyncOutcome> SyncAsync() => _host.SyncAsync("t1");

    private static async Task<long> CountAsync(SyncHost host, string what)
    {
        await using var connection = await host.Database.OpenAsync();
        await using var count = connection.CreateCommand();
        count.CommandText = $"SELECT COUNT(*) FROM {what}";
        return Convert.ToInt64(await count.ExecuteScalarAsync());
    }

    private static EventEnvelope Requested(string tourId) => new(
        EventTypes.TourSyncRequested, Ids.New("evt_"), DateTimeOffset.UtcNow,
        JsonSerializer.SerializeToElement(new TourSyncRequested(tourId, SyncPriorities.High), WireJson.EventOptions));

    private static string Rows(params (DateTimeOffset Start, int Vacancies)[] rows) => JsonSerializer.Serialize(rows.Select(row => new
    {
        id = $"{row.Start:O}", localDateTimeStart = row.Start.ToOffset(TimeSpan.FromHours(1)), status = row.Vacancies == 0 ? "SOLD_OUT" : "AVAILABLE",
        vacancies = row.Vacancies, capacity = 20,
    }));
}

public sealed class SqliteSyncTests : SyncSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => Task.FromResult(SyncHost.Sqlite(Folder));
}

public sealed class PostgresSyncTests : SyncSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => SyncHost.PostgresAsync(Folder);
}
