using System.Text.Json;
using Dapper;
using RealtimeTours.Bookings.Bookings;
using RealtimeTours.Bookings.Tours;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Completion;

/// <summary>The port through which a module completes bookings: what has begun, and the booking's own change of state with its event.</summary>
public sealed class BookingCompletion(Database database, EventFactory events)
{
    /// <summary>Confirmed bookings of departures that have begun, by start and id. Keyset paging: one that is not due yet is passed.</summary>
    public async Task<IReadOnlyList<BegunBooking>> ReadBegunAsync(
        DateTimeOffset now, BegunBooking? after, int limit, CancellationToken cancellationToken)
    {
        var behind = after is null ? "" : "AND (b.starts_at > @StartsAt OR b.starts_at = @StartsAt AND b.id > @Id)";
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<BegunBooking>(new CommandDefinition($"""
            SELECT b.id AS Id, b.starts_at AS StartsAt, t.duration_hours AS DurationHours, t.time_zone AS TimeZone
            FROM bookings b JOIN tours t ON t.id = b.tour_id
            WHERE b.status = 'confirmed' AND b.starts_at <= @now {behind} ORDER BY b.starts_at, b.id LIMIT @limit
            """, new { now, limit, after?.StartsAt, after?.Id }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Locks the bookings until the transaction ends; those that do not exist are left out.</summary>
    public async Task<IReadOnlyList<BookingState>> LockAsync(WriteTransaction transaction, IEnumerable<string> bookingIds) =>
        [.. from row in await CompletedBookings.LockAsync(transaction, bookingIds)
            select new BookingState(row.Id, row.TourId, row.StartsAt, row.Status)];

    /// <summary>Completes confirmed bookings in the caller's transaction. What is no longer confirmed stays as it is.</summary>
    /// <returns>Those that this call completed. A party that did not come gets status <c>no_show</c>, and no event from here.</returns>
    public async Task<IReadOnlyList<CompletedBooking>> CompleteAsync(
        WriteTransaction transaction, IReadOnlyCollection<string> bookingIds, AttendanceWord word)
    {
        if (bookingIds.Count == 0) return [];
        var status = word.Attendance == Attendance.NoShow ? BookingStatus.NoShow : BookingStatus.Completed;
        var locked = await CompletedBookings.LockAsync(transaction, bookingIds);
        var changed = (await CompletedBookings.CompleteAsync(transaction, bookingIds, status, word.VerifiedBy, word.BegunBy, word.SpokenAt))
            .ToHashSet(StringComparer.Ordinal);
        BookingRow[] rows = [.. locked.Where(row => changed.Contains(row.Id))];
        if (status == BookingStatus.Completed)
            transaction.Announce(rows.Select(row => events.Create(
                EventTypes.BookingCompleted, new BookingCompleted(row.Id, row.TourId, row.UserId, word.SpokenAt))));
        var tours = await ToursAsync(transaction, rows.Select(row => row.TourId).Distinct());
        return [.. rows.Select(row => CompletedBooking.Of(row, tours[row.TourId]))];
    }

    private static async Task<IReadOnlyDictionary<string, TourOfBooking>> ToursAsync(WriteTransaction transaction, IEnumerable<string> ids) =>
        (await transaction.QueryAsync<TourOfBooking>($"""
            SELECT id AS Id, name AS Name, category AS Category, duration_hours AS DurationHours FROM tours
            WHERE id IN (SELECT value FROM {transaction.Dialect.Values("ids")})
            """, new { ids = JsonSerializer.Serialize(ids) })).ToDictionary(tour => tour.Id, StringComparer.Ordinal);
}

public sealed class BegunBooking
{
    public string Id { get; set; } = "";
    public DateTimeOffset StartsAt { get; set; }
    public double DurationHours { get; set; }

    public string? TimeZone { get; set; }

    public TimeZoneInfo Zone => TourZone.Of(TimeZone);
}

/// <summary>What somebody, or the clock, says of parties.</summary>
/// <param name="Attendance">One of <see cref="Contracts.Events.Attendance"/>; so is <paramref name="VerifiedBy"/>.</param>
/// <param name="BegunBy">It is said only of departures that start until then.</param>
public sealed record AttendanceWord(string Attendance, string VerifiedBy, DateTimeOffset SpokenAt, DateTimeOffset BegunBy);

public sealed record BookingState(string Id, string TourId, DateTimeOffset StartsAt, string Status);
