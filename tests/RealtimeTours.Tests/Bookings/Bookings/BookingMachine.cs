using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using RealtimeTours.Bookings.Bookings;
using RealtimeTours.Bookings.Payments;
using RealtimeTours.Bookings.Saga;
using RealtimeTours.Bookings.Vouchers;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Inbox;
using RealtimeTours.Tests.CatalogSync.Suppliers;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>
/// The product on a real database, used through REST by customers and operators and through HTTP by the sync, with its messages and clocks in the
/// hands of a test: nothing moves by itself.
/// </summary>
internal sealed partial class BookingMachine : IAsyncDisposable
{
    /// <summary>What a call answers that was not refused; otherwise the code of its refusal.</summary>
    public const string Done = "done";

    // At a fixed hour: the day has room for another departure of the supplier's.
    private static readonly DateTimeOffset Start = new(DateTime.UtcNow.Date.AddDays(30).AddHours(10), TimeSpan.Zero);
    private static readonly string[] StoryTables =
    [
        "outbox", "booking_saga_steps", "booking_sagas", "payment_ledger", "payments", "simulated_charges", "waiting_list", "bookings", "departures",
        "tours", "vouchers",
    ];

    private readonly StillWeb _web;
    private readonly HandwrittenSupplier _supplier;
    private readonly PlantedBug _bug;
    private readonly List<EventEnvelope> _published = [];
    private readonly List<EventEnvelope> _delivered = [];
    private readonly List<(string User, string Id)> _bookings = [];
    private readonly Dictionary<string, HttpClient> _clients = [];
    private Func<Task>? _repeat;
    private int _stories;
    private string _tour = "";

    private BookingMachine(PlatformSettings settings, HandwrittenSupplier supplier, PlantedBug bug)
    {
        (_supplier, _bug) = (supplier, bug);
        _web = new StillWeb(settings, supplier, bug);
    }

    public Database Database => Get<Database>();

    public string Tour => _tour;

    /// <summary>What left the outbox in this story, oldest first.</summary>
    public IReadOnlyList<EventEnvelope> Published => _published;

    public static async Task<BookingMachine> CreateAsync(PlatformSettings settings, PlantedBug bug)
    {
        var machine = new BookingMachine(settings, await HandwrittenSupplier.StartAsync(), bug);
        await machine._web.InitializeAsync();
        return machine;
    }

    /// <summary>A new story: a departure of its own, which a supplier sells too, and people who have booked nothing so far.</summary>
    public async Task BeginAsync(int capacity)
    {
        _stories++;
        _tour = Ids.New("tour_");
        ForgetPeople();
        _bookings.Clear();
        _published.Clear();
        _delivered.Clear();
        _repeat = null;
        foreach (var table in StoryTables) await ExecuteAsync($"DELETE FROM {table}"); // a story that went wrong has left something undone
        (await SaveAsync(HttpMethod.Post, "/api/tours", capacity, closed: false)).Status.ShouldBe(201);
        await ExecuteAsync("""
            UPDATE tours SET supplier_id = @Id, supplier_product_id = id, supplier_option_id = 'one way', last_synced_at = @now WHERE id = @_tour
            """, new { _tour, HandwrittenSupplier.Id, now = DateTimeOffset.UtcNow });
    }

    /// <param name="card">Null: to be paid at the desk.</param>
    /// <param name="voucher">The number of a voucher of the story, whoever has it.</param>
    public async Task<string> BookAsync(string user, int seats, string? card, int? voucher = null)
    {
        var code = voucher is { } number ? CodeOf(number) : null;
        var (key, body) = (
            Guid.NewGuid().ToString(), new { tourId = _tour, date = Start, participants = seats, paymentMethod = card, voucherCode = code });
        var answer = await Client(user).BookAsync(body, key);
        _repeat = async () =>
        {
            var again = await Client(user).BookAsync(body, key);
            (again.Status, WordOf(again)).ShouldBe((answer.Status, WordOf(answer)), "the same request again");
        };
        if (answer.Status != 201) return answer.Code!;
        _bookings.Add((user, answer.Booking.Id));
        return Done;

        static string WordOf(Answer answer) => answer.Status == 201 ? answer.Booking.ToString() : answer.Code!;
    }

    public Task RepeatLastRequestAsync() => _repeat?.Invoke() ?? Task.CompletedTask;

    public async Task ExpireAsync(int n)
    {
        // Well past: SQLite's clock has milliseconds, a booking made in the same one would not be over yet.
        await ExecuteAsync("UPDATE bookings SET hold_expires_at = @past WHERE id = @Id AND hold_expires_at IS NOT NULL",
            new { _bookings[n].Id, past = DateTimeOffset.UtcNow.AddMinutes(-1) });
        await New<HoldExpiry>().OnceAsync(default);
        if (_bug != PlantedBug.ExpiresWhatIsSold) return;
        await ExecuteAsync("UPDATE bookings SET status = 'failed' WHERE id = @Id AND status = 'confirmed'", new { _bookings[n].Id });
    }

    /// <summary>Loyalty announces a voucher, twice.</summary>
    public async Task GiveVoucherAsync(string user, int voucher, decimal amount)
    {
        var redeemed = new LoyaltyRewardRedeemed(
            $"{user}-{_stories}", "reward", 1, 0, DateTimeOffset.UtcNow, CodeOf(voucher), amount, "EUR", DateTimeOffset.UtcNow.AddDays(1));
        for (var twice = 0; twice < 2; twice++)
            await HandleAsync(new EventEnvelope(
                EventTypes.LoyaltyRewardRedeemed, Ids.New("evt_"), DateTimeOffset.UtcNow,
                JsonSerializer.SerializeToElement(redeemed, WireJson.EventOptions)));
    }

    public async Task<string> CancelAsync(int n)
    {
        var (user, id) = _bookings[n];
        if (_bug == PlantedBug.KeepsTheMoney) await ExecuteAsync(
            "UPDATE booking_sagas SET step = 'Cancelled' WHERE booking_id = @id AND step = 'Completed'", new { id });
        var answer = await Client(user).CancelAsync(id);
        if (_bug == PlantedBug.KeepsTheVoucher) await ExecuteAsync(
            "UPDATE vouchers SET booking_id = @id WHERE code = (SELECT voucher_code FROM bookings WHERE id = @id)", new { id });
        return answer.Status == 200 ? Done : answer.Code!;
    }

    /// <returns>False where the provider does not know the payment yet, or has called it off.</returns>
    public async Task<bool> AnswerLateAsync(int n)
    {
        var payment = await ScalarAsync<string>("SELECT payment_id FROM booking_sagas WHERE booking_id = @Id", new { _bookings[n].Id });
        if (await ExecuteAsync("UPDATE simulated_charges SET outcome = 'succeeded' WHERE idempotency_key = @payment AND outcome = 'pending'",
            new { payment }) == 0) return false;
        for (var twice = 0; twice < 2; twice++) await Get<AskGateway>().StoreAsync(payment!, new GatewayAnswer.Succeeded(), default);
        return true;
    }

    /// <summary>Events reach their consumers, oldest first.</summary>
    /// <param name="decided">Called after each that may have decided a booking.</param>
    /// <returns>How many there were.</returns>
    public async Task<int> DeliverAsync(int atMost, Func<Task> decided)
    {
        for (var n = 0; n < atMost; n++)
        {
            if (await TakeAsync(1) is not [var e]) return n;
            _delivered.Add(e);
            await HandleAsync(e);
            if (BookingCommands.RoutingKeys.Contains(e.EventType)) await decided();
        }
        return atMost;
    }

    /// <summary>Each event that waits comes twice at the same time, under two ids: as where its sender did not wait for the answer.</summary>
    public async Task DeliverTwiceAtOnceAsync() => await Task.WhenAll((await TakeAsync(int.MaxValue))
        .SelectMany(e => new[] { e, e with { EventId = Ids.New("evt_") } }).Select(e => Task.Run(() => HandleAsync(e))));

    /// <summary>Everything that was ever delivered comes once more.</summary>
    public async Task DeliverAgainAsync()
    {
        foreach (var e in _delivered.ToArray()) await HandleAsync(e);
    }

    /// <summary>The process dies with the events it had taken from the outbox.</summary>
    public Task CrashAsync() => TakeAsync(int.MaxValue);

    /// <summary>Everything arrives and every timer fires, until nothing more can happen.</summary>
    public async Task SettleAsync(Func<Task> decided)
    {
        for (var round = 0; round < 4; round++)
        {
            await DeliverAsync(int.MaxValue, decided);
            foreach (var table in new[] { "booking_sagas", "payments" }) await ExecuteAsync(
                $"UPDATE {table} SET due_at = '2020-01-01 00:00:00+00:00' WHERE due_at IS NOT NULL");
            await New<SagaTimers>().OnceAsync(default);
            await New<PaymentTimers>().OnceAsync(default);
        }
        await DeliverAsync(int.MaxValue, decided);
    }

    /// <summary>The status of each booking, in the order in which they were made.</summary>
    public async Task<string[]> StatusesAsync()
    {
        await using var connection = await Database.OpenAsync();
        var statuses = (await connection.QueryAsync<(string Id, string Status)>(
            "SELECT id, status FROM bookings WHERE tour_id = @_tour", new { _tour })).ToDictionary(row => row.Id, row => row.Status);
        return [.. _bookings.Select(booking => statuses[booking.Id])];
    }

    public async ValueTask DisposeAsync()
    {
        ForgetPeople();
        await _web.DisposeAsync();
        await _supplier.DisposeAsync();
    }

    private async Task<IReadOnlyList<EventEnvelope>> TakeAsync(int atMost)
    {
        var rows = await Database.InTransactionAsync(transaction => transaction.QueryAsync<(long Position, string Body)>("""
            DELETE FROM outbox WHERE position IN (SELECT position FROM outbox ORDER BY position LIMIT @atMost) RETURNING position, body
            """, new { atMost }));
        EventEnvelope[] events =
            [.. rows.OrderBy(row => row.Position).Select(row => JsonSerializer.Deserialize<EventEnvelope>(row.Body, WireJson.EventOptions)!)];
        _published.AddRange(events);
        return events;
    }

    private Task HandleAsync(EventEnvelope e)
    {
        CorrelationContext.Begin(e.CorrelationId, e.EventId);
        (string Consumer, ITransactionalHandler Handler)? found =
            BookingCommands.RoutingKeys.Contains(e.EventType) ? (BookingCommands.Consumer, Get<BookingCommands>())
            : PaymentRequests.RoutingKeys.Contains(e.EventType) ? (PaymentRequests.Consumer, Get<PaymentRequests>())
            : PaymentAnswers.RoutingKeys.Contains(e.EventType) ? (PaymentAnswers.Consumer, Get<PaymentAnswers>())
            : FollowLoyalty.RoutingKeys.Contains(e.EventType) ? (FollowLoyalty.Consumer, Get<FollowLoyalty>())
            : null;
        return found is { } to ? TransactionalConsumer.Of(to.Consumer, Database, to.Handler).HandleAsync(e, default) : Task.CompletedTask;
    }

    private string CodeOf(int voucher) => $"RT-{_stories}-{voucher}";

    // A person's name is another user in each story.
    private HttpClient Client(string user, params string[] roles)
    {
        if (!_clients.TryGetValue(user, out var client)) _clients[user] = client = _web.SignedIn($"{user}-{_stories}", roles);
        return client;
    }

    private void ForgetPeople()
    {
        foreach (var client in _clients.Values) client.Dispose();
        _clients.Clear();
    }

    private T Get<T>() where T : notnull => _web.Get<T>();

    private T New<T>() => ActivatorUtilities.CreateInstance<T>(Get<IServiceProvider>());

    private Task<int> ExecuteAsync(string sql, object? arguments = null) =>
        Database.InTransactionAsync(transaction => transaction.ExecuteAsync(sql, arguments));

    private async Task<T?> ScalarAsync<T>(string sql, object arguments)
    {
        await using var connection = await Database.OpenAsync();
        return await connection.ExecuteScalarAsync<T>(sql, arguments);
    }
}
