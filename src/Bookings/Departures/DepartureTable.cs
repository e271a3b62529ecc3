using System.Data.Common;
using Dapper;
using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Departures;

/// <summary>All SQL on table <c>departures</c>: nothing outside this folder writes it.</summary>
/// <remarks>Lock order: booking, voucher, departures by start, waiting list, tour, saga. One order for all rules out a deadlock.</remarks>
internal static class DepartureTable
{
    private const string Columns = """
        tour_id AS TourId, starts_at AS StartsAt, version AS Version, capacity AS Capacity, confirmed AS Confirmed, held AS Held,
        sold_elsewhere AS Elsewhere, overbooked AS Overbooked, closed_by_operator AS ClosedByOperator, closed_by_supplier AS ClosedBySupplier
        """;

    /// <summary>The fast path: takes available seats in one statement, so other bookings wait one round trip for the row lock.</summary>
    /// <returns>Null where the seats are not bookable, the customer is on the waiting list or the idempotency key has an answer.</returns>
    public static Task<TakenSeats?> TryTakeAsync(
        WriteTransaction transaction, IdempotentRequest request, string tourId, DateTimeOffset date, int count, SeatUse use, DateTimeOffset now) =>
        transaction.FirstOrDefaultAsync<TakenSeats>($"""
            UPDATE departures SET available_spots = available_spots - @count, {Column(use)} = {Column(use)} + @count,
                   version = version + 1, updated_at = @now
            WHERE tour_id = @tourId AND starts_at = @date AND NOT closed AND starts_at > @now AND available_spots >= @count
              AND NOT EXISTS (SELECT 1 FROM waiting_list w WHERE w.tour_id = @tourId AND w.starts_at = @date AND w.user_id = @UserId)
              AND NOT EXISTS (SELECT 1 FROM idempotency_keys WHERE user_id = @UserId AND route = @Route AND key = @Key)
            RETURNING starts_at AS StartsAt, available_spots AS SeatsLeft, capacity AS Capacity, version AS Version,
                      (SELECT price_minor FROM tours WHERE id = @tourId) AS PriceMinor, (SELECT currency FROM tours WHERE id = @tourId) AS Currency,
                      (SELECT cancellation_days FROM tours WHERE id = @tourId) AS CancellationDays,
                      (SELECT cancellation_fees FROM tours WHERE id = @tourId) AS CancellationFees,
                      (SELECT tier FROM member_tiers WHERE user_id = @UserId) AS MemberTier
            """, new { tourId, date, count, now, request.UserId, request.Route, request.Key });

    /// <summary>Held seats become confirmed. The version stays, since the available seats do not change.</summary>
    public static Task ConfirmAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, int count) => transaction.ExecuteAsync(
        "UPDATE departures SET held = held - @count, confirmed = confirmed + @count WHERE tour_id = @tourId AND starts_at = @startsAt",
        new { tourId, startsAt, count });

    public static async Task<IReadOnlyList<Departure>> ReadAsync(
        DbConnection connection, string tourId, DateTimeOffset after, CancellationToken cancellationToken) =>
        [.. (await connection.QueryAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM departures WHERE tour_id = @tourId AND starts_at > @after ORDER BY starts_at", new { tourId, after },
            cancellationToken: cancellationToken))).Select(row => row.ToDeparture())];

    public static async Task<Departure?> LockAsync(WriteTransaction transaction, string tourId, DateTimeOffset date) =>
        (await transaction.FirstOrDefaultAsync<Row>(
            $"SELECT {Columns} FROM departures WHERE tour_id = @tourId AND starts_at = @date {transaction.Dialect.ForUpdate}",
            new { tourId, date }))?.ToDeparture();

    // Locks departures from first to last, both included, in the lock order.
    public static async Task<IReadOnlyList<Departure>> LockAsync(
        WriteTransaction transaction, string tourId, DateTimeOffset first, DateTimeOffset last) =>
        [.. (await transaction.QueryAsync<Row>($"""
            SELECT {Columns} FROM departures WHERE tour_id = @tourId AND starts_at >= @first AND starts_at <= @last
            ORDER BY starts_at {transaction.Dialect.ForUpdate}
            """, new { tourId, first, last })).Select(row => row.ToDeparture())];

    /// <returns>False where the departure exists already.</returns>
    public static async Task<bool> TryAddAsync(
        WriteTransaction transaction, Departure departure, string? supplierAvailabilityId, DateTimeOffset now) =>
        await transaction.ExecuteAsync("""
            INSERT INTO departures (tour_id, starts_at, version, updated_at, supplier_availability_id, capacity, available_spots, confirmed, held,
                                    sold_elsewhere, overbooked, closed_by_operator, closed_by_supplier)
            VALUES (@TourId, @StartsAt, @Version, @now, @supplierAvailabilityId, @Capacity, @Available, @Confirmed, @Held, @Elsewhere, @Overbooked,
                    @ClosedByOperator, @ClosedBySupplier) ON CONFLICT DO NOTHING
            """, Arguments(departure, new { supplierAvailabilityId, now })) == 1;

    /// <param name="departure">Locked by this transaction.</param>
    public static Task WriteAsync(WriteTransaction transaction, Departure departure, DateTimeOffset now) => transaction.ExecuteAsync("""
        UPDATE departures SET version = @Version, updated_at = @now, capacity = @Capacity, available_spots = @Available, confirmed = @Confirmed,
               held = @Held, sold_elsewhere = @Elsewhere, overbooked = @Overbooked, closed_by_operator = @ClosedByOperator,
               closed_by_supplier = @ClosedBySupplier
        WHERE tour_id = @TourId AND starts_at = @StartsAt
        """, Arguments(departure, new { now }));

    private static DynamicParameters Arguments(Departure departure, object more)
    {
        var arguments = new DynamicParameters(more);
        arguments.AddDynamicParams(new { departure.TourId, departure.StartsAt, departure.Version });
        arguments.AddDynamicParams(departure.Seats);
        return arguments;
    }

    private static string Column(SeatUse use) => use == SeatUse.Held ? "held" : "confirmed";

    private sealed class Row
    {
        public string TourId { get; set; } = "";
        public DateTimeOffset StartsAt { get; set; }
        public long Version { get; set; }
        public int Capacity { get; set; }
        public int Confirmed { get; set; }
        public int Held { get; set; }
        public int Elsewhere { get; set; }
        public int Overbooked { get; set; }
        public bool ClosedByOperator { get; set; }
        public bool ClosedBySupplier { get; set; }

        public Departure ToDeparture() =>
            new(TourId, StartsAt, new DepartureSeats(Capacity, Confirmed, Held, Elsewhere, Overbooked, ClosedByOperator, ClosedBySupplier), Version);
    }
}

/// <summary>Seats taken on the fast path, and the terms the tour is sold on at this moment.</summary>
internal sealed class TakenSeats
{
    public DateTimeOffset StartsAt { get; set; }
    public int SeatsLeft { get; set; }
    public int Capacity { get; set; }
    public long Version { get; set; }
    public long PriceMinor { get; set; }
    public string Currency { get; set; } = "";
    public int CancellationDays { get; set; }
    public string CancellationFees { get; set; } = "";
    public string? MemberTier { get; set; }

    public TourTerms Terms => new()
    {
        PriceMinor = PriceMinor, Currency = Currency, CancellationDays = CancellationDays, CancellationFees = CancellationFees,
        MemberTier = MemberTier,
    };
}
