using System.Text.Json;
using Dapper;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.DeadLetters;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Platform.Storage;

namespace RealtimeTours.Tests.Modules.Loyalty;

/// <summary>Web with loyalty, and the events of other systems in the test's hands.</summary>
public abstract class LoyaltyWeb : TestWeb
{
    protected override IReadOnlyList<string> Modules => [.. base.Modules, EventConsumers.Loyalty];

    /// <summary>A tour that earns 330 points in bronze: the example of the rule.</summary>
    public static TourCompleted Tour(string user, string? booking = null, decimal price = 250) => new(
        "tour-1", "Lisbon by tram", booking ?? Ids.New("bkg_"), user, TestWeb.InDays(-1), TestWeb.InDays(-0.5), 2, price, "USD", "city_tour", 4,
        Attendance.Confirmed, Attendance.ByGuide, 5);

    public static BookingCancelled Cancellation(TourCompleted tour) => new(
        tour.BookingId, tour.TourId, tour.UserId, tour.TourDate, tour.Participants, tour.TotalPrice, tour.Currency, tour.CompletedAt, "rain",
        RefundAmount: 0, "none", DaysBeforeTour: 0, CancellationFee: 0);

    public Task PublishAsync(string eventType, object data, string? eventId = null) =>
        Get<IEventBus>().PublishAsync(Get<EventFactory>().Create(eventType, data, eventId));

    /// <summary>Publishes the event and waits until its effect is committed.</summary>
    public async Task HappensAsync(string eventType, object data, string consumer = EventConsumers.Loyalty)
    {
        var eventId = Ids.New("evt_");
        await PublishAsync(eventType, data, eventId);
        await Eventually.ShouldBeTrueAsync(async () =>
            await CountAsync("SELECT COUNT(*) FROM inbox WHERE consumer = @consumer AND event_id = @eventId", new { consumer, eventId }) == 1);
    }

    /// <summary>The user earns that many points, by one booking.</summary>
    public Task EarnAsync(string user, int points) => HappensAsync(
        EventTypes.TourCompleted, Tour(user, price: points) with { TourCategory = "walk", TourDuration = 0, TourRating = null });

    public async Task<AccountAnswer> AccountAsync(string user)
    {
        using var client = SignedIn(user);
        return (await client.GetAnswerAsync("/api/loyalty/account")).Data.Deserialize<AccountAnswer>(WireJson.Options)!;
    }

    public async Task<IReadOnlyList<PointsTransactionView>> HistoryAsync(string user)
    {
        using var client = SignedIn(user);
        return (await client.GetAnswerAsync("/api/loyalty/transactions?limit=200")).Data.Deserialize<PointsHistory>(WireJson.Options)!.Transactions;
    }

    /// <summary>Loyalty's own events about one user, in the order they were published.</summary>
    public IReadOnlyList<EventEnvelope> Told(string user) => Get<HeardEvents>().All
        .Where(e => e.EventType.StartsWith("loyalty.", StringComparison.Ordinal) && e.Data.GetProperty("userId").GetString() == user).ToArray();

    public async Task<string> ReasonOfDeadLetterAsync(string consumer, string eventId)
    {
        DeadLetterView? letter = null;
        await Eventually.ShouldBeTrueAsync(async () =>
            (letter = (await Get<IDeadLetters>().ListAsync(consumer, 200)).Letters.FirstOrDefault(one => one.EventId == eventId)) is not null);
        return letter!.Reason;
    }

    public async Task<long> CountAsync(string sql, object arguments)
    {
        await using var connection = await Get<Database>().OpenAsync();
        return await connection.ExecuteScalarAsync<long>(sql, arguments);
    }
}

public sealed class SqliteLoyaltyWeb : LoyaltyWeb
{
    protected override Task<PlatformSettings> SettingsAsync(string folder) => Task.FromResult(TestDatabases.SqliteIn(folder));
}

public sealed class PostgresLoyaltyWeb : LoyaltyWeb
{
    protected override Task<PlatformSettings> SettingsAsync(string folder) => TestDatabases.PostgresAsync(folder);
}
