using System.Data.Common;
using System.Text.Json;
using Dapper;
using RealtimeTours.Bookings.Bookings;
using RealtimeTours.Bookings.Payments;
using RealtimeTours.Bookings.Saga;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>
/// The log of events against what is in the database: each booking, movement of money and seat figure was published once, and each consumer took
/// effect once of what it is bound to. For hosts with an event log, once <see cref="BookingInvariants"/> hold; cancellations after a confirmation are
/// not counted.
/// </summary>
internal static class EventRecount
{
    private static readonly (string Name, string[] Keys)[] Consumers =
    [
        (BookingCommands.Consumer, BookingCommands.RoutingKeys), (PaymentRequests.Consumer, PaymentRequests.RoutingKeys),
        (PaymentAnswers.Consumer, PaymentAnswers.RoutingKeys),
    ];

    private static readonly string[] Figures = [EventTypes.AvailabilityUpdated, EventTypes.AvailabilitySynced];

    /// <summary>Also for bookings that were put into the database without an event of their own.</summary>
    internal static readonly (string What, string Sql)[] Completions =
    [
        ("a completion was not published once", $"""
            SELECT b.id || ' ' || b.status FROM bookings b
            WHERE {Published(EventTypes.BookingCompleted, "b.id")} <> CASE WHEN b.status = 'completed' THEN 1 ELSE 0 END
               OR {Published(EventTypes.TourCompleted, "b.id")} <> CASE WHEN b.status IN ('completed', 'no_show') THEN 1 ELSE 0 END
            """),
        ("a rating was not published once", $"""
            SELECT b.id FROM bookings b WHERE {Published(EventTypes.TourRated, "b.id")} <> CASE WHEN b.rating IS NULL THEN 0 ELSE 1 END
            """),
    ];

    // Each finds rows that must not be there.
    private static readonly (string What, string Sql)[] Rules =
    [
        ("a booking was not published once", $"SELECT b.id FROM bookings b WHERE {Published(EventTypes.BookingCreated, "b.id")} <> 1"),
        ("a booking's end was not published once", $"""
            SELECT b.id || ' ' || b.status FROM bookings b
            WHERE {Published(EventTypes.BookingConfirmed, "b.id")} <> CASE WHEN b.status IN ('confirmed', 'completed', 'no_show') THEN 1 ELSE 0 END
               OR {Published(EventTypes.BookingFailed, "b.id")} <> CASE WHEN b.status = 'failed' THEN 1 ELSE 0 END
            """),
        .. Completions,
        ("a booking was published that does not exist", $"""
            SELECT event_type || ' ' || booking_id FROM event_log WHERE booking_id IS NOT NULL AND booking_id NOT IN (SELECT id FROM bookings)
            """),
        ("a movement of money was not published once", $"""
            SELECT p.id FROM payments p
            WHERE {Published(EventTypes.PaymentSucceeded, "p.booking_id")} <> (SELECT COUNT(*) FROM payment_ledger l WHERE l.payment_id = p.id
              AND l.kind = 'charge')
               OR {Published(EventTypes.PaymentRefunded, "p.booking_id")} <> (SELECT COUNT(*) FROM payment_ledger l WHERE l.payment_id = p.id
                 AND l.kind = 'refund')
            """),
        ("a saga took a step twice", "SELECT booking_id || ' ' || step FROM booking_saga_steps GROUP BY booking_id, step HAVING COUNT(*) > 1"),
        ("an event still waits for its consumer", "SELECT consumer || ' ' || event_id FROM pending_deliveries"),
        .. Consumers.Select(consumer => ($"{consumer.Name} has not taken effect of an event", $"""
            SELECT event_type || ' ' || event_id FROM event_log
            WHERE event_type IN ({Quoted(consumer.Keys)}) AND event_id NOT IN (SELECT event_id FROM inbox WHERE consumer = '{consumer.Name}')
            """)),
        .. Consumers.Select(consumer => ($"{consumer.Name} has taken effect of what is not in the log", $"""
            SELECT event_id FROM inbox
            WHERE consumer = '{consumer.Name}' AND event_id NOT IN (SELECT event_id FROM event_log WHERE event_type IN ({Quoted(consumer.Keys)}))
            """)),
    ];

    /// <summary>Waits until all hold: the log is written a moment after the events.</summary>
    public static Task ShouldAgreeAsync(this Database database, string? seed = null) =>
        BookingInvariants.WaitAsync(async () =>
            [.. await BookingInvariants.BrokenAsync(database, Rules), .. await WrongFiguresAsync(database)], TimeSpan.FromSeconds(60), seed);

    private static async Task<string[]> WrongFiguresAsync(Database database)
    {
        await using var connection = await database.OpenAsync();
        var published = (await connection.QueryAsync<string>(
            $"SELECT body FROM event_log WHERE event_type IN ({Quoted(Figures)})"))
            .Select(body => JsonSerializer.Deserialize<EventEnvelope>(body, WireJson.EventOptions)!)
            .ToLookup(e => (e.Data.GetProperty("tourId").GetString()!, e.Data.GetProperty("date").GetDateTimeOffset().UtcDateTime));
        return [.. (await DeparturesAsync(connection))
            .Select(own => WhatIsWrong(own.Tour, own.Version, own.Seats, published[(own.Tour, own.Date.UtcDateTime)]))
            .OfType<string>()];
    }

    /// <summary>Every change of a departure counts its version up by one, and is published once with the figure before and after it.</summary>
    /// <param name="published">All events about this departure.</param>
    public static string? WhatIsWrong(string tour, long version, int seats, IEnumerable<EventEnvelope> published)
    {
        var figures = published.Where(e => Figures.Contains(e.EventType)).Select(FigureOf).OrderBy(figure => figure.Version).ToArray();
        var chained = figures.Zip(figures.Skip(1)).All(pair => pair.First.After == pair.Second.Before);
        var counted = figures.Select(figure => figure.Version).SequenceEqual(Enumerable.Range(1, (int)version).Select(n => (long)n));
        if (chained && counted && (version == 0 || figures[^1].After == seats)) return null;
        return $"{tour} has version {version} with {seats} seats, but the events {figures.Length} figures, {(chained ? "" : "with gaps, ")}the " +
            $"last {figures.LastOrDefault()}";
    }

    private static (long Version, int Before, int After) FigureOf(EventEnvelope e)
    {
        if (e.EventType == EventTypes.AvailabilityUpdated)
        {
            var updated = e.Data.Deserialize<TourAvailabilityUpdated>(WireJson.EventOptions)!;
            return (updated.Version!.Value, updated.PreviousSpots!.Value, updated.AvailableSpots);
        }
        var synced = e.Data.Deserialize<TourAvailabilitySynced>(WireJson.EventOptions)!;
        return (synced.Version!.Value, synced.PreviousSpots, synced.CurrentSpots);
    }

    /// <summary>What is left of each departure.</summary>
    public static async Task<IReadOnlyList<(string Tour, DateTimeOffset Date, long Version, int Seats)>> DeparturesAsync(DbConnection connection) =>
        [.. (await connection.QueryAsync<(string, DateTimeOffset, long, int)>(
            "SELECT tour_id, starts_at, version, available_spots FROM departures"))];

    private static string Published(string eventType, string booking) =>
        $"(SELECT COUNT(*) FROM event_log l WHERE l.booking_id = {booking} AND l.event_type = '{eventType}')";

    private static string Quoted(string[] keys) => string.Join(", ", keys.Select(key => $"'{key}'"));
}
