using Microsoft.AspNetCore.Http;
using RealtimeTours.Bookings.Departures;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage.Leases;
using RealtimeTours.Tests.CatalogSync.Suppliers;

namespace RealtimeTours.Tests.CatalogSync.Sync;

/// <summary>
/// Bookings, cancellations, the sync's reads and the supplier's answers in any order, with the statements that production runs: the database must do
/// what a small model of the rule does, step by step. A failure names its seed.
/// </summary>
public abstract class SyncFenceSpecs : IAsyncLifetime
{
    private const int Capacity = 12;
    private const int Orders = 30;
    private const int Steps = 30;
    private static readonly DateTimeOffset Start = new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero).AddDays(10).AddHours(9);

    private readonly Queue<TaskCompletionSource<int>> _arrived = new();
    private readonly SemaphoreSlim _arrivals = new(0);
    private HostileSupplier _supplier = null!;
    private SyncHost _host = null!;
    private Lease _lease = null!;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract Task<PlatformSettings> NewDatabaseAsync();

    public async Task InitializeAsync()
    {
        _supplier = await HostileSupplier.StartAsync();
        _supplier.Answer = async context =>
        {
            var answer = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_arrived) _arrived.Enqueue(answer);
            _arrivals.Release();
            var vacancies = await answer.Task;
            await context.Response.WriteAsync(
                $$"""[{"id":"a","localDateTimeStart":"{{Start:O}}","status":"{{(vacancies == 0 ? "SOLD_OUT" : "AVAILABLE")}}","vacancies":{{vacancies}},"capacity":{{Capacity}}}]""");
        };
        _host = await new SyncHost(await NewDatabaseAsync(), _supplier).QuietAsync();
        _lease = (await _host.Get<SupplierLease>().TryTakeAsync("default", default)).ShouldNotBeNull();
    }

    public async Task DisposeAsync()
    {
        await _lease.DisposeAsync();
        await _host.DisposeAsync();
        await _supplier.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    [Fact]
    public async Task In_any_order_of_bookings_cancellations_reads_and_answers_no_seat_is_sold_twice_and_no_booking_is_lost()
    {
        var firstSeed = Random.Shared.Next();
        var overtaken = 0;
        for (var seed = firstSeed; seed < firstSeed + Orders; seed++) overtaken += await OneOrderAsync(seed);
        overtaken.ShouldBeGreaterThan(Orders / 2, $"the orders from seed {firstSeed} on hardly met the fence");
    }

    private async Task<int> OneOrderAsync(int seed)
    {
        var random = new Random(seed);
        var tour = $"t{seed}";
        var vacancies = random.Next(Capacity + 1);
        var model = new Model(Math.Min(vacancies, random.Next(Capacity + 1)));
        await _host.AddTourAsync(tour, (Start, Capacity, model.Available));
        var calls = new List<Call>();
        var bookings = new List<(string Id, int Seats)>();
        for (var step = 0; step < Steps; step++)
        {
            var what = random.Next(10);
            var seats = random.Next(1, 5);
            if (what < 4)
            {
                var booked = await BookAsync(tour, seats);
                (booked is not null).ShouldBe(model.TryBook(seats), $"seed {seed}, step {step}: booking {seats}");
                if (booked is not null) bookings.Add((booked, seats));
            }
            else if (what < 6 && bookings.Count > 0)
            {
                var booking = bookings[random.Next(bookings.Count)];
                bookings.Remove(booking);
                await CancelAsync(tour, booking);
                model.Cancel(booking.Seats);
            }
            else if (what == 6)
            {
                vacancies = random.Next(Capacity + 1); // others book and cancel there
            }
            else if (what < 8 && calls.Count < 2)
            {
                calls.Add(await ReadAsync(tour, model, vacancies));
            }
            else if (calls.Count > 0)
            {
                var call = calls[random.Next(calls.Count)];
                calls.Remove(call);
                await AnswerAsync(call, model, random.Next(2) == 0 ? call.VacanciesThen : vacancies, $"seed {seed}, step {step}");
            }
            (await _host.DepartureAsync(tour, Start)).ShouldBe((model.Available, Capacity, false, model.Version), $"seed {seed}, step {step}");
        }
        foreach (var call in calls) await AnswerAsync(call, model, vacancies, $"seed {seed}, late answer");

        // Nothing happens any more: the next sync is right, whatever came before.
        await AnswerAsync(await ReadAsync(tour, model, vacancies), model, vacancies, $"seed {seed}, last sync");
        (await _host.DepartureAsync(tour, Start))
            .Seats.ShouldBe(Math.Max(0, vacancies - bookings.Sum(booking => booking.Seats)), $"seed {seed}, end");
        return model.Overtaken;
    }

    private async Task<string?> BookAsync(string tour, int seats)
    {
        var (id, now) = (Ids.New("bkg_"), DateTimeOffset.UtcNow);
        return await _host.Database.InTransactionAsync(async transaction =>
        {
            if (await DepartureTable.TryTakeAsync(
                transaction, new IdempotentRequest("user", "test", id, ""), tour, Start, seats, SeatUse.Confirmed, now) is null) return null;
            await transaction.ExecuteAsync("""
                INSERT INTO bookings (id, tour_id, starts_at, user_id, participants, total_minor, currency, status, created_at)
                VALUES (@id, @tour, @Start, 'user', @seats, 100, 'EUR', @status, @now)
                """, new { id, tour, Start, seats, now, status = BookingStatus.Confirmed });
            return id;
        });
    }

    private Task CancelAsync(string tour, (string Id, int Seats) booking) => _host.Database.InTransactionAsync(async transaction =>
    {
        await transaction.ExecuteAsync("UPDATE bookings SET status = @status WHERE id = @Id", new { booking.Id, status = BookingStatus.Cancelled });
        await _host.Get<SeatInventory>().GiveBackAsync(transaction, tour, Start, booking.Seats, SeatUse.Confirmed, DateTimeOffset.UtcNow);
    });

    private async Task<Call> ReadAsync(string tour, Model model, int vacancies)
    {
        var sync = _host.Get<SyncTour>().RunAsync(tour, _lease, default);
        (await _arrivals.WaitAsync(TimeSpan.FromSeconds(60))).ShouldBeTrue();
        lock (_arrived) return new Call(sync, _arrived.Dequeue(), model.Available, model.Overbooked, model.Sold, model.Version, vacancies);
    }

    private static async Task AnswerAsync(Call call, Model model, int vacancies, string where)
    {
        call.Answer.SetResult(vacancies);
        var outcome = await call.Sync;
        outcome.Failure.ShouldBeNull(where);
        var (changed, overtaken) = model.Apply(vacancies, call);
        (outcome.Changed, outcome.Overtaken).ShouldBe((changed, overtaken), where);
    }

    private sealed record Call(Task<SyncOutcome> Sync, TaskCompletionSource<int> Answer, int AvailableThen, int OverbookedThen, int SoldThen,
        long VersionThen, int VacanciesThen);

    /// <summary>The rule in a few lines, without a database.</summary>
    private sealed class Model(int available)
    {
        public int Available { get; private set; } = available;
        public int Sold { get; private set; }
        public int Overbooked { get; private set; }
        public long Version { get; private set; } = 1;
        public int Overtaken { get; private set; }

        public bool TryBook(int seats)
        {
            if (seats > Available) return false;
            (Available, Sold, Version) = (Available - seats, Sold + seats, Version + 1);
            return true;
        }

        public void Cancel(int seats)
        {
            var filled = Math.Min(seats, Overbooked);
            (Sold, Overbooked) = (Sold - seats, Overbooked - filled);
            Show(Available + seats - filled);
        }

        public (int Changed, int Overtaken) Apply(int vacancies, Call call)
        {
            var then = vacancies - call.SoldThen;
            if (then == call.AvailableThen - call.OverbookedThen) return (0, 0); // what was read: nothing to write
            if (call.VersionThen != Version)
            {
                Overtaken++;
                return (0, 1);
            }
            var left = vacancies - Sold; // a seat that filled the gap moved no version, and counts
            Overbooked = Math.Max(0, -left);
            Show(Math.Max(0, left));
            return (1, 0);
        }

        private void Show(int available)
        {
            if (available != Available) (Available, Version) = (available, Version + 1);
        }
    }
}

public sealed class SqliteSyncFenceTests : SyncFenceSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => Task.FromResult(SyncHost.Sqlite(Folder));
}

public sealed class PostgresSyncFenceTests : SyncFenceSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => SyncHost.PostgresAsync(Folder);
}
