using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Vouchers;

/// <summary>All SQL on table <c>vouchers</c>. A voucher is used whole by one booking, and comes back whole when that is cancelled or fails.</summary>
internal static class VoucherTable
{
    public const int MaxCodeLength = 64;

    public static Refusal NotFound => new(409, "voucher_unknown", "You have no such voucher.");

    /// <summary>One spelling of a code, whatever a customer typed.</summary>
    public static string Normalize(string code) => code.Trim().ToUpperInvariant();

    public static Task AddAsync(WriteTransaction transaction, Voucher voucher) => transaction.ExecuteAsync("""
        INSERT INTO vouchers (code, user_id, amount_minor, currency, expires_at) VALUES (@Code, @UserId, @AmountMinor, @Currency, @ExpiresAt)
        ON CONFLICT (code) DO NOTHING
        """, voucher);

    /// <summary>Locks the voucher's row until the transaction ends: of two bookings with one code, the second waits and finds it used.</summary>
    public static async Task<VoucherResult> LockAsync(
        WriteTransaction transaction, string code, string userId, string tourId, DateTimeOffset now) =>
        Decide(await transaction.FirstOrDefaultAsync<Voucher>($"""
            SELECT code AS Code, user_id AS UserId, amount_minor AS AmountMinor, currency AS Currency, expires_at AS ExpiresAt,
                   booking_id AS BookingId, (SELECT currency FROM tours WHERE id = @tourId) AS TourCurrency
            FROM vouchers WHERE code = @code {transaction.Dialect.ForUpdate}
            """, new { code = Normalize(code), tourId }), userId, now);

    /// <summary>Pure. Another user's voucher is as unknown as one that does not exist.</summary>
    internal static VoucherResult Decide(Voucher? voucher, string userId, DateTimeOffset now) => voucher switch
    {
        null => new VoucherResult.Unknown(),
        _ when voucher.UserId != userId => new VoucherResult.Unknown(),
        { BookingId: not null } => Refused("voucher_used", "This voucher is used already."),
        _ when voucher.ExpiresAt <= now => Refused("voucher_expired", "This voucher has expired."),
        { TourCurrency: { } currency } when currency != voucher.Currency =>
            Refused("voucher_currency", $"This voucher is in {voucher.Currency}; the tour is sold in {currency}."),
        _ => new VoucherResult.Usable(voucher), // where there is no such tour, taking the seats says so
    };

    public static void Use(WriteTransaction transaction, Voucher voucher, string bookingId, DateTimeOffset now) => transaction.Defer(
        "UPDATE vouchers SET booking_id = @bookingId, used_at = @now WHERE code = @Code", new { voucher.Code, bookingId, now });

    /// <summary>The booking was cancelled, failed or never paid.</summary>
    /// <param name="code">Null for a booking without a voucher.</param>
    public static async Task GiveBackAsync(WriteTransaction transaction, string? code, string bookingId)
    {
        if (code is not null) await transaction.ExecuteAsync(
            "UPDATE vouchers SET booking_id = NULL, used_at = NULL WHERE code = @code AND booking_id = @bookingId", new { code, bookingId });
    }

    private static VoucherResult.Refused Refused(string problem, string sentence) => new(new Refusal(409, problem, sentence));
}

internal abstract record VoucherResult
{
    private VoucherResult()
    {
    }

    public sealed record Usable(Voucher Voucher) : VoucherResult;

    public sealed record Unknown : VoucherResult;

    public sealed record Refused(Refusal Why) : VoucherResult;
}

internal sealed record Voucher
{
    public string Code { get; init; } = "";
    public string UserId { get; init; } = "";
    public long AmountMinor { get; init; }
    public string Currency { get; init; } = "";
    public DateTimeOffset ExpiresAt { get; init; }

    public string? BookingId { get; init; }

    /// <summary>Of the tour it shall pay for; null where there is none.</summary>
    public string? TourCurrency { get; init; }
}
