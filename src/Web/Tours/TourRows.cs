using System.Data.Common;
using Dapper;
using RealtimeTours.Bookings.Tours;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Web.Tours;

/// <summary>Reads tables <c>tours</c> and <c>departures</c>.</summary>
internal sealed class TourRows(Database database, TimeProvider time)
{
    private const string TourColumns = """
        id AS Id, name AS Name, destination AS Destination, category AS Category, duration_hours AS DurationHours, price_minor AS PriceMinor,
        currency AS Currency, time_zone AS TimeZone, last_synced_at AS LastSyncedAt, rating_sum AS RatingSum, rating_count AS RatingCount
        """;

    private const string DepartureColumns = """
        d.tour_id AS TourId, d.starts_at AS StartsAt, d.available_spots AS AvailableSpots, d.capacity AS Capacity, d.closed AS Closed,
        d.version AS Version, d.updated_at AS UpdatedAt
        """;

    /// <returns>The tour with its upcoming departures, or null.</returns>
    public async Task<TourDetails?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var now = time.GetUtcNow();
        var tour = await connection.QueryFirstOrDefaultAsync<TourRow>(
            new CommandDefinition($"SELECT {TourColumns} FROM tours WHERE id = @id", new { id }, cancellationToken: cancellationToken));
        if (tour is null) return null;
        var departures = await QueryAsync<DepartureRow>(connection,
            $"SELECT {DepartureColumns} FROM departures d WHERE d.tour_id = @id AND d.starts_at > @now ORDER BY d.starts_at", new { id, now },
            cancellationToken);
        return tour.ToDetails(departures);
    }

    /// <summary>All tours with their upcoming departures, in no order.</summary>
    public async Task<IReadOnlyList<TourDetails>> AllAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var now = time.GetUtcNow();
        var tours = await QueryAsync<TourRow>(connection, $"SELECT {TourColumns} FROM tours", new { }, cancellationToken);
        var departures = (await QueryAsync<DepartureRow>(connection,
            $"SELECT {DepartureColumns} FROM departures d WHERE d.starts_at > @now ORDER BY d.starts_at", new { now }, cancellationToken))
                .ToLookup(row => row.TourId);
        return [.. tours.Select(tour => tour.ToDetails(departures[tour.Id]))];
    }

    private static async Task<IReadOnlyList<T>> QueryAsync<T>(
        DbConnection connection, string sql, object arguments, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<T>(new CommandDefinition(sql, arguments, cancellationToken: cancellationToken))).AsList();
}

internal sealed class TourRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string Destination { get; set; } = "";
    public string Category { get; set; } = "";
    public double DurationHours { get; set; }
    public long PriceMinor { get; set; }
    public string Currency { get; set; } = "";
    public string? TimeZone { get; set; }
    public DateTimeOffset? LastSyncedAt { get; set; }
    public long RatingSum { get; set; }
    public long RatingCount { get; set; }

    public TourDetails ToDetails(IEnumerable<DepartureRow> departures) => new(
        Id, Name, Destination, Category, DurationHours, Currencies.FromMinor(PriceMinor, Currency), Currency, TimeZone, LastSyncedAt,
        departures.Select(departure => departure.ToFigure()).ToArray(), TourRating.Average(RatingSum, RatingCount), RatingCount);
}

internal sealed class DepartureRow
{
    public string TourId { get; set; } = "";
    public DateTimeOffset StartsAt { get; set; }
    public int AvailableSpots { get; set; }
    public int Capacity { get; set; }
    public bool Closed { get; set; }
    public long Version { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    public SeatFigure ToFigure() => new(StartsAt, AvailableSpots, Capacity, AvailabilityStatus.Of(AvailableSpots, Closed), Version, UpdatedAt);
}
