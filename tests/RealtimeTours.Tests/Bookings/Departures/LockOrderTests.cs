using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Http;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.CatalogSync;
using RealtimeTours.Tests.CatalogSync.Suppliers;

namespace RealtimeTours.Tests.Bookings.Departures;

/// <summary>Everybody who changes a tour and its departures, at once, on PostgreSQL: nobody is ever the victim of a deadlock.</summary>
public sealed class LockOrderTests(LockOrderTests.Web web) : IClassFixture<LockOrderTests.Web>
{
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(6);
    private static readonly DateTimeOffset[] Days = [.. Enumerable.Range(10, 4).Select(day => TestWeb.InDays(day))];

    [Fact]
    public async Task Saving_syncing_booking_cancelling_waiting_and_using_vouchers_at_once_never_deadlock()
    {
        await using var supplier = await HostileSupplier.StartAsync();
        supplier.Answer = context => context.Response.WriteAsync(JsonSerializer.Serialize(Days.Select(day => new
        {
            id = "a", localDateTimeStart = day.ToString("O", CultureInfo.InvariantCulture), status = "AVAILABLE",
            vacancies = Random.Shared.Next(20, 60), capacity = 60,
        })));
        await using var sync = await new SyncHost(web.Settings, supplier).QuietAsync();
        await sync.AddTourAsync("busy", [.. Days.Select(day => (day, 60, 30))]);
        await using var lease = (await sync.Get<SupplierLease>().TryTakeAsync("default", default)).ShouldNotBeNull();

        await web.ExecuteAsync("""
            INSERT INTO vouchers (code, user_id, amount_minor, currency, expires_at)
            VALUES ('RT-1', 'cleo', 500, 'EUR', @later), ('RT-2', 'cleo', 500, 'EUR', @later)
            """, new { later = TestWeb.InDays(9) });

        using var stop = new CancellationTokenSource(Load);
        var counts = await Task.WhenAll(
            Again(SaveAsync), Again(SaveAsync), Again(_ => sync.Get<SyncTour>().RunAsync("busy", lease, default)),
            Again(_ => sync.Get<SyncTour>().RunAsync("busy", lease, default)),
            Again(BookAndCancelAsync), Again(BookAndCancelAsync), Again(WaitAsync),
            Again(UseVoucherAsync), Again(UseVoucherAsync), Again(UseVoucherAsync));

        counts.ShouldAllBe(count => count > 10);
        await using var connection = await web.Get<Database>().OpenAsync();
        (await connection.ExecuteScalarAsync<long>("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")).ShouldBe(0);

        async Task<int> Again(Func<int, Task> work)
        {
            var count = 0;
            while (!stop.IsCancellationRequested) await work(count++);
            return count;
        }
    }

    private async Task SaveAsync(int n)
    {
        using var olga = web.SignedIn("olga", "operator");
        var answer = await olga.SendAsync(
            HttpMethod.Put, "/api/tours/busy", new SaveTourRequest($"Tour {n}", "Lisbon", "walk", 2, 10, "EUR", TimeZone: "Europe/Lisbon",
            Departures: [.. Days.Reverse().Select(day => new SaveDepartureRequest(day, 60 + n % 5))])); // the operator's list may be in any order
        answer.Status.ShouldBe(200);
    }

    private async Task BookAndCancelAsync(int n)
    {
        using var ada = web.SignedIn($"ada-{n}");
        var answer = await ada.BookAsync("busy", Days[n % Days.Length], 1);
        answer.Status.ShouldBeOneOf(201, 409);
        if (answer.Status == 201) (await ada.CancelAsync(answer.Booking.Id)).Status.ShouldBe(200);
    }

    // Three callers want two vouchers.
    private async Task UseVoucherAsync(int n)
    {
        using var cleo = web.SignedIn("cleo");
        var body = new { tourId = "busy", date = Days[n % Days.Length], participants = 1, voucherCode = $"RT-{1 + n % 2}" };
        var answer = await cleo.BookAsync(body, Guid.NewGuid().ToString());
        answer.Status.ShouldBeOneOf(201, 409);
        if (answer.Status == 201) (await cleo.CancelAsync(answer.Booking.Id)).Status.ShouldBe(200);
    }

    private async Task WaitAsync(int n)
    {
        using var bob = web.SignedIn($"bob-{n}");
        var day = Days[n % Days.Length];
        (await bob.SendAsync(HttpMethod.Post, "/api/tours/busy/waiting-list", new { date = day, participants = 50 })).Status.ShouldBeOneOf(201, 409);
        (await bob.DeleteAsync($"/api/tours/busy/waiting-list?date={Uri.EscapeDataString(day.ToString("O", CultureInfo.InvariantCulture))}"))
            .EnsureSuccessStatusCode();
    }

    public sealed class Web : TestWeb
    {
        public PlatformSettings Settings { get; private set; } = null!;

        // One user books as fast as the machine can.
        protected override IReadOnlyDictionary<string, string?> Configuration =>
            new Dictionary<string, string?>(base.Configuration) { ["Bookings:RequestBurst"] = "1000000" };

        protected override async Task<PlatformSettings> SettingsAsync(string folder) =>
            Settings = await Platform.Storage.TestDatabases.PostgresAsync(folder);
    }
}
