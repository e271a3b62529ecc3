using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.Bookings;
using RealtimeTours.Bookings.Bookings;
using RealtimeTours.Bookings.Payments;
using RealtimeTours.Bookings.Saga;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Inbox;
using RealtimeTours.Platform.Storage.Schema;
using RealtimeTours.Simulation.Payments;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>Something wrong that is put in on purpose, to see whether the model finds it.</summary>
public enum PlantedBug
{
    None,

    /// <summary>Each call of the payment provider has a key of its own.</summary>
    ChargesEveryTime,

    /// <summary>A hold expires whatever has become of its booking.</summary>
    ExpiresWhatIsSold,

    /// <summary>A cancellation gives the seats back and forgets the money.</summary>
    KeepsTheMoney,
}

/// <summary>
/// The booking path of the product on a real database, with its messages and clocks in the hands of a test: nothing moves by itself.
/// </summary>
internal sealed class BookingMachine : IAsyncDisposable
{
    private const string User = "ada";
    private static readonly DateTimeOffset Start = TestWeb.InDays(30);
    private readonly IHost _host;
    private readonly PlantedBug _bug;
    private readonly List<EventEnvelope> _delivered = [];
    private readonly List<string> _bookings = [];
    private (string Key, BookSeatsRequest Body)? _lastRequest;
    private string _tour = "";

    private BookingMachine(PlatformSettings settings, PlantedBug bug)
    {
        _bug = bug;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Configuration["Bookings:MaxHolds"] = builder.Configuration["Bookings:MaxHoldsPerDeparture"] = "1000"; // one user makes all bookings
        builder.Configuration["Bookings:MaxHeldSeats"] = "1000";
        builder.Services.AddStorage(settings, typeof(EventEnvelope).Assembly);
        builder.Services.AddMessaging(builder.Configuration, settings, "test");
        new BookingsModule().AddTo(builder.Services, builder.Configuration);
        if (bug == PlantedBug.ChargesEveryTime)
            builder.Services.AddSingleton<IPaymentGateway>(
                services => new ForgetfulGateway(ActivatorUtilities.CreateInstance<SimulatedGateway>(services)));
        new SimulatedPaymentsModule().AddTo(builder.Services, builder.Configuration);
        new PaymentsModule().AddTo(builder.Services, builder.Configuration);
        _host = builder.Build();
    }

    public Database Database => Get<Database>();

    public int Bookings => _bookings.Count;

    public static async Task<BookingMachine> CreateAsync(PlatformSettings settings, PlantedBug bug)
    {
        var machine = new BookingMachine(settings, bug);
        await ActivatorUtilities.CreateInstance<SchemaMigrator>(machine._host.Services).MigrateAsync(default);
        return machine;
    }

    /// <summary>A new story: a departure of its own.</summary>
    public async Task BeginAsync(int capacity)
    {
        _tour = Ids.New("tour_");
        _bookings.Clear();
        _delivered.Clear();
        _lastRequest = null;
        await Database.InTransactionAsync(async transaction =>
        {
            await transaction.ExecuteAsync("""
                INSERT INTO tours (id, name, destination, category, duration_hours, price_minor, currency, updated_at)
                VALUES (@_tour, 'n', 'd', 'c', 1, 1000, 'EUR', @Start)
                """, new { _tour, Start });
            await transaction.ExecuteAsync(
                "INSERT INTO departures (tour_id, starts_at, capacity, available_spots, updated_at) VALUES (@_tour, @Start, @capacity, @capacity, " +
                "@Start)",
                new { _tour, Start, capacity });
        });
    }

    public async Task<bool> BookAsync(int seats, string card)
    {
        _lastRequest = (Guid.NewGuid().ToString(), new BookSeatsRequest(_tour, Start, seats, card));
        return await SendAsync();
    }

    public async Task RepeatLastRequestAsync()
    {
        if (_lastRequest is not null) (await SendAsync()).ShouldBeFalse("the same request again makes no other booking");
    }

    public async Task ExpireAsync(int n)
    {
        // Well past: SQLite's clock has milliseconds, a booking made in the same one would not be over yet.
        await ExecuteAsync("UPDATE bookings SET hold_expires_at = @past WHERE id = @id AND hold_expires_at IS NOT NULL",
            new { id = _bookings[n], past = DateTimeOffset.UtcNow.AddMinutes(-1) });
        await ActivatorUtilities.CreateInstance<HoldExpiry>(_host.Services).OnceAsync(default);
        if (_bug != PlantedBug.ExpiresWhatIsSold) return;
        await ExecuteAsync("UPDATE bookings SET status = 'failed' WHERE id = @id AND status = 'confirmed'", new { id = _bookings[n] });
    }

    public async Task CancelAsync(int n)
    {
        if (_bug == PlantedBug.KeepsTheMoney) await ExecuteAsync(
            "UPDATE booking_sagas SET step = 'Cancelled' WHERE booking_id = @id AND step = 'Completed'", new { id = _bookings[n] });
        await Get<CancelBooking>().RunAsync(_bookings[n], User, "changed plans", default);
    }

    /// <returns>False where the provider does not know the payment yet, or has called it off.</returns>
    public async Task<bool> AnswerLateAsync(int n)
    {
        var payment = await ScalarAsync<string>("SELECT payment_id FROM booking_sagas WHERE booking_id = @id", new { id = _bookings[n] });
        if (await ExecuteAsync("UPDATE simulated_charges SET outcome = 'succeeded' WHERE idempotency_key = @payment AND outcome = 'pending'",
            new { payment }) == 0) return false;
        for (var twice = 0; twice < 2; twice++) await Get<AskGateway>().StoreAsync(payment!, new GatewayAnswer.Succeeded(), default);
        return true;
    }

    /// <summary>Events reach their consumers, oldest first.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> DeliverAsync(int atMost)
    {
        var events = await TakeAsync(atMost);
        foreach (var e in events)
        {
            _delivered.Add(e);
            await HandleAsync(e);
        }
        return events.Count;
    }

    /// <summary>Everything that was ever delivered comes once more.</summary>
    public async Task DeliverAgainAsync()
    {
        foreach (var e in _delivered.ToArray()) await HandleAsync(e);
    }

    /// <summary>The process dies with the events it had taken from the outbox.</summary>
    public Task CrashAsync() => TakeAsync(int.MaxValue);

    /// <summary>Everything arrives and every timer fires, until nothing more can happen.</summary>
    public async Task SettleAsync()
    {
        for (var round = 0; round < 4; round++)
        {
            while (await DeliverAsync(int.MaxValue) > 0)
            {
            }
            foreach (var table in new[] { "booking_sagas", "payments" }) await ExecuteAsync(
                $"UPDATE {table} SET due_at = '2020-01-01 00:00:00+00:00' WHERE due_at IS NOT NULL");
            await ActivatorUtilities.CreateInstance<SagaTimers>(_host.Services).OnceAsync(default);
            await ActivatorUtilities.CreateInstance<PaymentTimers>(_host.Services).OnceAsync(default);
        }
        while (await DeliverAsync(int.MaxValue) > 0)
        {
        }
    }

    public async Task<(int Available, string[] Statuses)> PollAsync() => (
        await ScalarAsync<int>("SELECT available_spots FROM departures WHERE tour_id = @_tour", new { _tour }),
        [.. await Task.WhenAll(
            _bookings.Select(async id => (await ScalarAsync<string>("SELECT status FROM bookings WHERE id = @id", new { id }))!))]);

    public async ValueTask DisposeAsync()
    {
        if (_host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }

    private async Task<bool> SendAsync()
    {
        var (key, body) = _lastRequest!.Value;
        await Get<BookSeats>().RunAsync(IdempotentRequest.Of(User, "POST /api/bookings", key, body), body, default);
        // Not the greatest id: those of one millisecond are in no order.
        await using var connection = await Database.OpenAsync();
        var made = (await connection.QueryAsync<string>("SELECT id FROM bookings WHERE tour_id = @_tour", new { _tour })).Except(_bookings)
            .SingleOrDefault();
        if (made is null) return false;
        _bookings.Add(made);
        return true;
    }

    private async Task<IReadOnlyList<EventEnvelope>> TakeAsync(int atMost)
    {
        var bodies = await Database.InTransactionAsync(transaction => transaction.QueryAsync<string>("""
            DELETE FROM outbox WHERE position IN (SELECT position FROM outbox ORDER BY position LIMIT @atMost) RETURNING body
            """, new { atMost }));
        return [.. bodies.Select(body => JsonSerializer.Deserialize<EventEnvelope>(body, WireJson.EventOptions)!)];
    }

    private Task HandleAsync(EventEnvelope e)
    {
        CorrelationContext.Begin(e.CorrelationId, e.EventId);
        (string Consumer, ITransactionalHandler Handler)? found =
            BookingCommands.RoutingKeys.Contains(e.EventType) ? (BookingCommands.Consumer, Get<BookingCommands>())
            : PaymentRequests.RoutingKeys.Contains(e.EventType) ? (PaymentRequests.Consumer, Get<PaymentRequests>())
            : PaymentAnswers.RoutingKeys.Contains(e.EventType) ? (PaymentAnswers.Consumer, Get<PaymentAnswers>())
            : null;
        return found is { } to ? TransactionalConsumer.Of(to.Consumer, Database, to.Handler).HandleAsync(e, default) : Task.CompletedTask;
    }

    private T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    private Task<int> ExecuteAsync(string sql, object? arguments = null) =>
        Database.InTransactionAsync(transaction => transaction.ExecuteAsync(sql, arguments));

    private async Task<T?> ScalarAsync<T>(string sql, object arguments)
    {
        await using var connection = await Database.OpenAsync();
        return await connection.ExecuteScalarAsync<T>(sql, arguments);
    }

    private sealed class ForgetfulGateway(SimulatedGateway gateway) : IPaymentGateway
    {
        public Task<GatewayAnswer> ChargeAsync(string key, long amountMinor, string currency, string method, CancellationToken cancellationToken) =>
            gateway.ChargeAsync(
                $"{key}-{Guid.NewGuid()}", amountMinor, currency,
                Random.Shared.Next(2) == 0 ? method : method.Replace(BookingModel.AnswerLost, BookingModel.Pays), cancellationToken);

        public Task<GatewayAnswer> VoidAsync(string key, CancellationToken cancellationToken) => gateway.VoidAsync(key, cancellationToken);

        public Task<GatewayAnswer> RefundAsync(string key, long amountMinor, CancellationToken cancellationToken) =>
            gateway.RefundAsync(key, amountMinor, cancellationToken);
    }
}
