using System.Data.Common;
using Dapper;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Loyalty;

/// <summary>A row of <c>loyalty_rewards</c>, which operators change by SQL. A reward is a voucher.</summary>
internal sealed class Reward
{
    private const string Columns = """
        id AS Id, name AS Name, description AS Description, points_cost AS PointsCost, amount_minor AS AmountMinor, currency AS Currency,
        valid_days AS ValidDays
        """;

    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string Description { get; set; } = "";
    public int PointsCost { get; set; }
    public long AmountMinor { get; set; }
    public string Currency { get; set; } = "";
    public int ValidDays { get; set; }

    public decimal Amount => Currencies.FromMinor(AmountMinor, Currency);

    public RewardView ToView() => new(Id, Name, Description, PointsCost, Amount, Currency, ValidDays);

    /// <returns>Null where there is none, or where it is not offered any more.</returns>
    public static Task<Reward?> FindOfferedAsync(WriteTransaction transaction, string id) =>
        transaction.FirstOrDefaultAsync<Reward>($"SELECT {Columns} FROM loyalty_rewards WHERE id = @id AND offered", new { id });

    /// <summary>Those that can be redeemed now, cheapest first.</summary>
    public static async Task<IReadOnlyList<Reward>> OfferedAsync(DbConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<Reward>(new CommandDefinition(
            $"SELECT {Columns} FROM loyalty_rewards WHERE offered ORDER BY points_cost, id", cancellationToken: cancellationToken))).AsList();
}
