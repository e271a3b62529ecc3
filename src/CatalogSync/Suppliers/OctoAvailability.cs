using System.Collections.ObjectModel;
using RealtimeTours.Bookings.Tours;

namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>One departure as a supplier states it, checked.</summary>
/// <param name="Start">For a day ticket (OPENING_HOURS): when the doors open.</param>
/// <param name="Vacancies">Seats left, 0 also where it sold more than it has; null where the supplier does not count them (FREESALE).</param>
/// <param name="Capacity">At least <paramref name="Vacancies"/>; null where unknown or not counted.</param>
/// <param name="Closed">Takes no bookings, whatever its vacancies.</param>
internal sealed record OctoAvailability(string Id, DateTimeOffset Start, int? Vacancies, int? Capacity, bool Closed)
{
    public DateTimeOffset? End { get; init; } // null where the supplier does not state it

    /// <summary>The local day of a day ticket that opens at the hours of the tour's time zone, as the calendar states them; otherwise null.</summary>
    public DateOnly? TicketTo { get; init; }
}

/// <summary>A row that could not be read, or is not believed.</summary>
/// <param name="Start">The departure that it is about; null where it could be about any.</param>
internal sealed record UnreadableRow(DateTimeOffset? Start, string Reason);

/// <summary>The rows of an answer, one per start. Only a complete answer says that a departure without a row is not sold.</summary>
internal sealed class OctoAvailabilities(IList<OctoAvailability> rows, IReadOnlyList<UnreadableRow> unreadable)
    : ReadOnlyCollection<OctoAvailability>(rows)
{
    public IReadOnlyList<UnreadableRow> Unreadable => unreadable;

    /// <summary>False where a row could be about any departure: then none of those without a row is known to be gone.</summary>
    public bool IsComplete => unreadable.All(row => row.Start is not null);

    /// <summary>Whether the calendar, which has one row per day, could say the same.</summary>
    public bool AreDayTickets => Count > 0 && unreadable.Count == 0 && this.All(row => row.TicketTo is not null)
        && this.DistinctBy(row => row.TicketTo).Count() == Count;

    /// <summary>One sentence for operators about the rows that could not be read; null where there are none.</summary>
    public string? Warning => unreadable.Count == 0 ? null
        : $"{unreadable.Count} of {Count + unreadable.Count} rows could not be read: {unreadable[0].Reason}. "
            + (IsComplete ? "Their departures keep their figures" : "These and all departures without a row keep their figures");
}

/// <param name="Vacancies">Of the departure of this day that has most of them.</param>
/// <param name="Opens">When the doors open, in the tour's time zone; null for a day without opening hours.</param>
internal sealed record OctoDay(DateOnly Date, int? Vacancies, int? Capacity, bool Closed, DateTimeOffset? Opens = null);

/// <param name="To">Last local day, included; at most a year after <paramref name="From"/>.</param>
/// <param name="Zone">The tour's time zone, for suppliers that leave the offset out.</param>
internal sealed record AvailabilityQuery(string ProductId, string OptionId, DateOnly From, DateOnly To, TimeZoneInfo Zone)
{
    // OCTO answers for at most a year.
    private const int LongestWindowDays = 365;

    // No time zone is further behind UTC: where this day is over, it is over everywhere.
    private static readonly TimeSpan LatestZone = TimeSpan.FromHours(12);

    private int _margin;

    public bool HasTimeZone => _margin == 0;

    public int Days => To.DayNumber - From.DayNumber + 1;

    /// <summary>The days from one instant to another. Without a time zone the supplier's day may be one beside ours: asked for too.</summary>
    /// <param name="timeZone">IANA name; null where the supplier states none.</param>
    public static AvailabilityQuery For(
        string productId, string optionId, string? timeZone, DateTimeOffset first, DateTimeOffset last, DateTimeOffset now)
    {
        var zone = TourZone.Of(timeZone);
        // UTC is what some suppliers state where they mean nothing.
        var margin = zone is { BaseUtcOffset.Ticks: 0, SupportsDaylightSavingTime: false } ? 1 : 0;
        var (from, to) = (TourZone.DayOf(first, zone).AddDays(-margin), TourZone.DayOf(last, zone).AddDays(margin));
        var earliest = TourZone.DayOf(now - LatestZone, TimeZoneInfo.Utc);
        if (margin > 0 && from < earliest) from = earliest;
        var limit = from.AddDays(LongestWindowDays);
        return new AvailabilityQuery(productId, optionId, from, to < limit ? to : limit, zone) { _margin = margin };
    }

    /// <summary>Whether the answer must have a row for a departure at this time.</summary>
    public bool Covers(DateTimeOffset start) => TourZone.DayOf(start, Zone).AddDays(_margin) <= To;

    public bool Contains(DateOnly day) => day >= From && day <= To;
}

internal sealed record SupplierInfo(string Id, string Name);
