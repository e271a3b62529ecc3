using System.Data.Common;
using Dapper;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>What must be true of the database: at any moment, and once everything has come to rest, whatever happened before.</summary>
internal static class BookingInvariants
{
    // Each finds rows that must not be there.
    private static readonly (string What, string Sql)[] AtAnyMoment =
    [
        ("seats do not add up", """
            SELECT tour_id FROM departures WHERE available_spots + confirmed + held + sold_elsewhere <> capacity
            """),
        ("the confirmed seats are not those of confirmed bookings", """
            SELECT tour_id FROM departures d WHERE confirmed <> (SELECT COALESCE(SUM(b.participants), 0) FROM bookings b
              WHERE b.tour_id = d.tour_id AND b.starts_at = d.starts_at AND b.status IN ('confirmed', 'completed', 'no_show'))
            """),
        ("the held seats are not those of pending bookings and offers", """
            SELECT tour_id FROM departures d WHERE held <> (SELECT COALESCE(SUM(b.participants), 0) FROM bookings b
              WHERE b.tour_id = d.tour_id AND b.starts_at = d.starts_at AND b.status = 'pending') + (SELECT COALESCE(SUM(w.offered_seats), 0)
                FROM waiting_list w
              WHERE w.tour_id = d.tour_id AND w.starts_at = d.starts_at AND w.offer_expires_at IS NOT NULL)
            """),
        ("a party waits that would fit into seats which everybody can book", """
            SELECT w.tour_id || ' ' || w.user_id FROM waiting_list w JOIN departures d ON d.tour_id = w.tour_id AND d.starts_at = w.starts_at
            WHERE w.offer_expires_at IS NULL AND NOT d.closed AND d.available_spots >= w.participants
            """),
        ("an offer has no seats, or more than its party", """
            SELECT tour_id || ' ' || user_id FROM waiting_list
            WHERE offered_seats > participants OR (offered_seats > 0) <> (offer_expires_at IS NOT NULL)
            """),
        ("a voucher is used by a booking that has ended, or is not its", """
            SELECT v.code FROM vouchers v WHERE v.booking_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM bookings b
              WHERE b.id = v.booking_id AND b.voucher_code = v.code AND b.status NOT IN ('cancelled', 'failed'))
            """),
        ("a booking has a voucher that others can use", """
            SELECT b.id FROM bookings b WHERE b.voucher_code IS NOT NULL AND b.status NOT IN ('cancelled', 'failed')
              AND NOT EXISTS (SELECT 1 FROM vouchers v WHERE v.code = b.voucher_code AND v.booking_id = b.id)
            """),
        ("more was paid back than charged", """
            SELECT p.id FROM payments p WHERE (SELECT COALESCE(SUM(CASE WHEN l.kind = 'charge' THEN l.amount_minor ELSE -l.amount_minor END), 0)
              FROM payment_ledger l WHERE l.payment_id = p.id) < 0
            """),
        ("the provider paid back more than it charged", """
            SELECT idempotency_key FROM simulated_charges
            WHERE refunded_minor > CASE WHEN outcome = 'succeeded' THEN amount_minor ELSE 0 END
            """),
    ];

    private static readonly (string What, string Sql)[] AtRest =
    [
        .. AtAnyMoment,
        ("a saga has not ended", "SELECT booking_id || ' ' || step FROM booking_sagas WHERE step NOT IN ('Completed', 'Failed', 'Cancelled')"),
        ("a saga and its booking disagree", """
            SELECT b.id || ' ' || b.status || ' ' || s.step FROM booking_sagas s JOIN bookings b ON b.id = s.booking_id
            WHERE NOT ((s.step = 'Completed' AND b.status IN ('confirmed', 'completed', 'no_show')) OR (s.step = 'Failed'
              AND b.status = 'failed') OR (s.step = 'Cancelled' AND b.status = 'cancelled'))
            """),
        ("a booking to be paid has no saga",
            "SELECT id FROM bookings WHERE payment_method IS NOT NULL AND id NOT IN (SELECT booking_id FROM booking_sagas)"),
        ("a confirmed booking is not paid, or paid back", """
            SELECT b.id FROM bookings b WHERE b.status IN ('confirmed', 'completed', 'no_show') AND b.payment_method IS NOT NULL
              AND (SELECT COALESCE(SUM(CASE WHEN l.kind = 'charge' THEN l.amount_minor ELSE -l.amount_minor END), 0)
                   FROM payments p JOIN payment_ledger l ON l.payment_id = p.id WHERE p.booking_id = b.id) <> b.total_minor
            """),
        ("money of a booking that ended is still here", """
            SELECT b.id FROM bookings b JOIN tours t ON t.id = b.tour_id WHERE (b.status = 'failed' OR (b.status = 'cancelled'
              AND t.cancellation_fees = '[]'))
              AND (SELECT COALESCE(SUM(CASE WHEN l.kind = 'charge' THEN l.amount_minor ELSE -l.amount_minor END), 0)
                   FROM payments p JOIN payment_ledger l ON l.payment_id = p.id WHERE p.booking_id = b.id) <> 0
            """),
        ("the ledger and the provider's books differ", """
            SELECT p.id FROM payments p LEFT JOIN simulated_charges c ON c.idempotency_key = p.id
            WHERE COALESCE(CASE WHEN c.outcome = 'succeeded' THEN c.amount_minor - c.refunded_minor END, 0)
               <> (SELECT COALESCE(SUM(CASE WHEN l.kind = 'charge' THEN l.amount_minor ELSE -l.amount_minor END), 0) FROM payment_ledger l
                 WHERE l.payment_id = p.id)
            """),
        ("the provider has charged for what we do not know", """
            SELECT idempotency_key FROM simulated_charges WHERE outcome = 'succeeded' AND idempotency_key NOT IN (SELECT id FROM payments)
            """),
        ("an event has not been sent", "SELECT event_type FROM outbox"),
    ];

    /// <summary>Waits until all hold: sagas need their time.</summary>
    public static Task ShouldHoldAsync(this Database database, TimeSpan? within = null, string? seed = null) =>
        WaitAsync(() => BrokenAsync(database), within ?? TimeSpan.FromSeconds(60), seed);

    /// <summary>Fails with what is still broken when time is up.</summary>
    public static async Task WaitAsync(Func<Task<string[]>> whatIsBroken, TimeSpan within, string? seed)
    {
        string[] broken = [];
        try
        {
            await Eventually.ShouldBeTrueAsync(async () => (broken = await whatIsBroken()).Length == 0, within);
        }
        catch (ShouldAssertException e)
        {
            throw new ShouldAssertException($"{seed} {string.Join("\n", broken)}", e);
        }
    }

    public static Task<string[]> BrokenAsync(Database database) => BrokenAsync(database, AtRest);

    public static Task<string[]> BrokenNowAsync(Database database) => BrokenAsync(database, AtAnyMoment);

    /// <returns>A sentence with some of the rows for each rule that finds any.</returns>
    public static async Task<string[]> BrokenAsync(Database database, IEnumerable<(string What, string Sql)> rules)
    {
        await using var connection = await database.OpenAsync();
        var broken = new List<string>();
        foreach (var (what, sql) in rules)
            if ((await RowsAsync(connection, sql)) is { Length: > 0 } rows) broken.Add($"{what}: {string.Join(", ", rows.Take(5))} ({rows.Length})");
        return [.. broken];
    }

    private static async Task<string[]> RowsAsync(DbConnection connection, string sql) => [.. await connection.QueryAsync<string>(sql)];
}
