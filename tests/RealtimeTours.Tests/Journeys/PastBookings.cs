using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Tests.Journeys;

/// <summary>Confirmed bookings of departures four days ago that nobody has spoken of, put into PostgreSQL as if they had always been there.</summary>
public static class PastBookings
{
    /// <param name="tour">Of the tours' ids, which end in a number.</param>
    public static Task AddAsync(Database database, string tour, int tours, int bookingsOfEach) => database.InTransactionAsync(async transaction =>
    {
        var now = Microseconds.Of(DateTimeOffset.UtcNow);
        var arguments = new { tour, tours, bookingsOfEach, now, date = now.AddDays(-4) };
        await transaction.ExecuteAsync("""
            INSERT INTO tours (id, name, destination, category, duration_hours, price_minor, currency, cancellation_days, updated_at)
            SELECT @tour || n, @tour || n, 'Lisbon', 'walk', 2, 1000, 'EUR', 2, @now FROM generate_series(1, @tours) n
            """, arguments);
        await transaction.ExecuteAsync("""
            INSERT INTO departures (tour_id, starts_at, capacity, available_spots, confirmed, updated_at)
            SELECT @tour || n, @date, @bookingsOfEach, 0, @bookingsOfEach, @now FROM generate_series(1, @tours) n
            """, arguments);
        await transaction.ExecuteAsync("""
            INSERT INTO bookings (id, tour_id, starts_at, user_id, participants, total_minor, currency, status, created_at)
            SELECT 'bkg_' || @tour || n || '_' || b, @tour || n, @date, 'user' || b, 1, 1000, 'EUR', 'confirmed', @now
            FROM generate_series(1, @tours) n, generate_series(1, @bookingsOfEach) b
            """, arguments);
    });

    public static Task<int> CompletedAsync(Database database) => database.InTransactionAsync(
        transaction => transaction.FirstOrDefaultAsync<int>("SELECT COUNT(*) FROM bookings WHERE status = 'completed'"));
}
