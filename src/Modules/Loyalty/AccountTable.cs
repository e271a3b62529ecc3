using System.Data.Common;
using Dapper;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Loyalty;

/// <summary>All SQL that writes accounts and their transactions. Lock order: booking, account.</summary>
internal static class AccountTable
{
    private const string Columns = """
        user_id AS UserId, id AS Id, total_points AS TotalPoints, lifetime_points AS LifetimePoints, tier AS TierName, tier_since AS TierSince,
        as_of AS AsOf
        """;

    /// <summary>Opens the account where the user has none.</summary>
    public static Task OpenAsync(WriteTransaction transaction, string userId, DateTimeOffset now) => transaction.ExecuteAsync("""
        INSERT INTO loyalty_accounts (user_id, id, total_points, lifetime_points, tier, tier_since, as_of)
        VALUES (@UserId, @Id, 0, 0, @TierName, @TierSince, @AsOf) ON CONFLICT (user_id) DO NOTHING
        """, LoyaltyAccount.New(userId, Microseconds.Of(now)));

    /// <summary>Locks the user's account until the transaction ends: changes of one user run one after the other, and none is lost.</summary>
    public static async Task<LoyaltyAccount> LockAsync(WriteTransaction transaction, string userId, DateTimeOffset now)
    {
        var sql = $"SELECT {Columns} FROM loyalty_accounts WHERE user_id = @userId {transaction.Dialect.ForUpdate}";
        if (await transaction.FirstOrDefaultAsync<Row>(sql, new { userId }) is { } there) return there.ToAccount();
        await OpenAsync(transaction, userId, now);
        return (await transaction.FirstOrDefaultAsync<Row>(sql, new { userId }))!.ToAccount();
    }

    /// <param name="account">Locked by this transaction.</param>
    /// <param name="points">Null where no points came or went.</param>
    public static void Write(WriteTransaction transaction, LoyaltyAccount account, PointsTransaction? points)
    {
        transaction.Defer("""
            UPDATE loyalty_accounts SET total_points = @TotalPoints, lifetime_points = @LifetimePoints, tier = @TierName, tier_since = @TierSince,
                   as_of = @AsOf
            WHERE user_id = @UserId
            """, account);
        if (points is not null) transaction.Defer("""
            INSERT INTO loyalty_transactions (id, user_id, type, points, reason, booking_id, tour_id, tour_name, created_at)
            VALUES (@id, @UserId, @Type, @Points, @Reason, @BookingId, @TourId, @TourName, @AsOf)
            """, new
        {
            id = Ids.New("ltx_"), account.UserId, points.Type, points.Points, points.Reason, points.BookingId, points.TourId, points.TourName,
            account.AsOf,
        });
    }

    public static async Task<LoyaltyAccount?> FindAsync(DbConnection connection, string userId, CancellationToken cancellationToken) =>
        (await connection.QueryFirstOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM loyalty_accounts WHERE user_id = @userId", new { userId }, cancellationToken: cancellationToken)))?.ToAccount();

    private sealed class Row
    {
        public string UserId { get; set; } = "";
        public string Id { get; set; } = "";
        public int TotalPoints { get; set; }
        public int LifetimePoints { get; set; }
        public string TierName { get; set; } = "";
        public DateTimeOffset TierSince { get; set; }
        public DateTimeOffset AsOf { get; set; }

        public LoyaltyAccount ToAccount() => new(UserId, Id, TotalPoints, LifetimePoints, TierName, TierSince, AsOf);
    }
}

/// <param name="Type">One of <see cref="Contracts.Rest.PointsTransactionTypes"/>.</param>
/// <param name="Points">Signed.</param>
/// <param name="Reason">One of <see cref="Contracts.Rest.PointsReasons"/>.</param>
internal sealed record PointsTransaction(
    string Type, int Points, string Reason, string? BookingId = null, string? TourId = null, string? TourName = null);
