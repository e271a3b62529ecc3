using System.Text.Json;
using RealtimeTours.Contracts.Rest;

namespace RealtimeTours.Bookings.Tours;

/// <param name="MinimumDays">Bookings can be cancelled until this many days before the start.</param>
/// <param name="Fees">Empty where cancelling is free.</param>
public sealed record CancellationPolicy(int MinimumDays, IReadOnlyList<CancellationFee> Fees)
{
    /// <summary>Column <c>cancellation_fees</c> of table <c>tours</c> where there are none.</summary>
    public const string NoFees = "[]";

    public static CancellationPolicy Read(int minimumDays, string fees) =>
        new(minimumDays, JsonSerializer.Deserialize<CancellationFee[]>(fees, WireJson.Options) ?? []);

    public static string ToJson(IReadOnlyList<CancellationFee>? fees) => JsonSerializer.Serialize(fees ?? [], WireJson.Options);

    /// <summary>Of the fees that apply by now, the one with the fewest days counts; half a cent is rounded up.</summary>
    public long FeeCents(long totalCents, TimeSpan beforeStart)
    {
        var due = Fees.Where(fee => beforeStart < TimeSpan.FromDays(fee.DaysBefore)).MinBy(fee => fee.DaysBefore);
        return due is null ? 0 : (long)Math.Round(totalCents * due.Percent / 100m, MidpointRounding.AwayFromZero);
    }
}
