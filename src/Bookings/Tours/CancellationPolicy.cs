using System.Text.Json;
using RealtimeTours.Contracts.Rest;

namespace RealtimeTours.Bookings.Tours;

/// <summary>Days are calendar days in the tour's time zone: the day before the departure is one day before, at any hour.</summary>
/// <param name="MinimumDays">Bookings can be cancelled until this many days before the start, that day included.</param>
/// <param name="Fees">Empty where cancelling is free.</param>
public sealed record CancellationPolicy(int MinimumDays, IReadOnlyList<CancellationFee> Fees)
{
    /// <summary>Column <c>cancellation_fees</c> of table <c>tours</c> where there are none.</summary>
    public const string NoFees = "[]";

    public static CancellationPolicy Read(int minimumDays, string fees) =>
        new(minimumDays, JsonSerializer.Deserialize<CancellationFee[]>(fees, WireJson.Options) ?? []);

    public static string ToJson(IReadOnlyList<CancellationFee>? fees) => JsonSerializer.Serialize(fees ?? [], WireJson.Options);

    /// <summary>Of the fees that apply by now, the one with the fewest days counts; half a minor unit is rounded up.</summary>
    public long FeeMinor(long totalMinor, int daysBefore)
    {
        var due = Fees.Where(fee => daysBefore < fee.DaysBefore).MinBy(fee => fee.DaysBefore);
        return due is null ? 0 : (long)Math.Round(totalMinor * due.Percent / 100m, MidpointRounding.AwayFromZero);
    }
}
