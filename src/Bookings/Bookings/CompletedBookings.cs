using System.Text.Json;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Bookings;

/// <summary>What is written to a booking after its departure: whether the party came, and its rating. The seats stay sold.</summary>
internal static class CompletedBookings
{
    /// <summary>Locks bookings in the order of their ids, so that two who complete the same ones wait for each other without a deadlock.</summary>
    public static Task<IReadOnlyList<BookingRow>> LockAsync(WriteTransaction transaction, IEnumerable<string> ids) =>
        transaction.QueryAsync<BookingRow>($"""
            SELECT {BookingRow.Columns} FROM bookings b WHERE b.id IN (SELECT value FROM {transaction.Dialect.Values("ids")})
            ORDER BY b.id {transaction.Dialect.ForUpdate}
            """, new { ids = JsonSerializer.Serialize(ids) });

    /// <summary>Compare-and-set by status: the first word about a booking stands.</summary>
    public static Task<IReadOnlyList<string>> CompleteAsync(
        WriteTransaction transaction, IEnumerable<string> ids, string status, string verifiedBy, DateTimeOffset begunBy, DateTimeOffset now) =>
        transaction.QueryAsync<string>($"""
            UPDATE bookings SET status = @status, completed_at = @now, attendance_verified_by = @verifiedBy
            WHERE id IN (SELECT value FROM {transaction.Dialect.Values("ids")}) AND status = @confirmed AND starts_at <= @begunBy
            RETURNING id
            """, new { ids = JsonSerializer.Serialize(ids), status, now, verifiedBy, begunBy, confirmed = BookingStatus.Confirmed });

    /// <summary>Compare-and-set by the rating: there is one per booking, and false for a second.</summary>
    public static async Task<bool> RateAsync(WriteTransaction transaction, string id, int rating, string? comment, DateTimeOffset now) =>
        await transaction.ExecuteAsync(
            "UPDATE bookings SET rating = @rating, rating_comment = @comment, rated_at = @now WHERE id = @id AND rating IS NULL",
            new { id, rating, comment, now }) == 1;
}
