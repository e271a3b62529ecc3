using System.Text.Json;
using RealtimeTours.Contracts.Rest;

namespace RealtimeTours.Bookings.Tours;

/// <summary>What a tour asks of those who cancel.</summary>
/// <param name="MinimumDays">Until how many days before the start a booking can be cancelled at all.</param>
/// <param name="Fees">Empty: cancelling costs nothing.</param>
public sealed record CancellationPolicy(int MinimumDays, IReadOnlyList<CancellationFee> Fees)
{
    /// <summary>As column <c>cancellation_fees</c> of table <c>tours</c> has it where there are none.</summary>
    public const string NoFees = "[]";

    public static CancellationPolicy Read(int minimumDays, string fees) =>
        new(minimumDays, JsonSerializer.Deserialize<CancellationFee[]>(fees, WireJson.Options) ?? []);

    public static string ToJson(IReadOnlyList<CancellationFee>? fees) => JsonSerializer.Serialize(fees ?? [], WireJson.Options);

    /// <summary>Of the fees whose time has come, the one nearest to the start counts; half a cent is rounded up.</summary>
    public long FeeCents(long totalCents, TimeSpan beforeStart)
    {
        var due = Fees.Where(fee => beforeStart < TimeSpan.FromDays(fee.DaysBefore)).MinBy(fee => fee.DaysBefore);
        return due is null ? 0 : (long)Math.Round(totalCents * due.Percent / 100m, MidpointRounding.AwayFromZero);
    }
}
