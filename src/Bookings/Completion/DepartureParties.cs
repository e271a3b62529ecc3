using System.Data.Common;
using Dapper;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Completion;

/// <summary>The port's reads for a guide: who has booked, on which departures. Cancelled, failed and unpaid bookings are no parties.</summary>
public sealed class DepartureParties(Database database)
{
    private const string Sold = "b.status IN ('confirmed', 'completed', 'no_show')";

    public async Task<bool> HasTourAsync(string tourId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT COUNT(*) FROM tours WHERE id = @tourId", new { tourId }, cancellationToken: cancellationToken)) == 1;
    }

    /// <returns>Null where the tour has no such departure.</returns>
    public async Task<IReadOnlyList<Party>?> FindAsync(string tourId, DateTimeOffset date, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var departure = new { tourId, date };
        var exists = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT COUNT(*) FROM departures WHERE tour_id = @tourId AND starts_at = @date", departure, cancellationToken: cancellationToken));
        return exists == 0 ? null : await QueryAsync<Party>(connection, $"""
            SELECT b.id AS BookingId, b.user_id AS UserId, b.participants AS Participants, b.status AS Status
            FROM bookings b WHERE b.tour_id = @tourId AND b.starts_at = @date AND {Sold} ORDER BY b.id
            """, departure, cancellationToken);
    }

    /// <summary>Departures with parties that start in the given time, both ends included; the first <paramref name="limit"/> by start.</summary>
    public async Task<IReadOnlyList<BookedDeparture>> ListAsync(
        DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await QueryAsync<BookedDeparture>(connection, $"""
            SELECT d.tour_id AS TourId, t.name AS TourName, t.time_zone AS TimeZone, d.starts_at AS StartsAt, COUNT(*) AS Parties,
                   SUM(b.participants) AS Participants, SUM(CASE WHEN b.status = 'confirmed' THEN 1 ELSE 0 END) AS Unspoken
            FROM departures d JOIN tours t ON t.id = d.tour_id JOIN bookings b ON b.tour_id = d.tour_id AND b.starts_at = d.starts_at
            WHERE d.starts_at >= @from AND d.starts_at <= @to AND {Sold}
            GROUP BY d.tour_id, t.name, t.time_zone, d.starts_at ORDER BY d.starts_at, d.tour_id LIMIT @limit
            """, new { from, to, limit }, cancellationToken);
    }

    private static async Task<IReadOnlyList<T>> QueryAsync<T>(
        DbConnection connection, string sql, object arguments, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<T>(new CommandDefinition(sql, arguments, cancellationToken: cancellationToken))).AsList();
}

public sealed class Party
{
    public string BookingId { get; set; } = "";
    public string UserId { get; set; } = "";
    public int Participants { get; set; }
    public string Status { get; set; } = "";
}

public sealed class BookedDeparture
{
    public string TourId { get; set; } = "";
    public string TourName { get; set; } = "";
    public string? TimeZone { get; set; }
    public DateTimeOffset StartsAt { get; set; }
    public long Parties { get; set; }
    public long Participants { get; set; }
    public long Unspoken { get; set; }
}
