using RealtimeTours.Bookings.Tours;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.Web.Tours;

/// <summary>The query string of <c>GET /api/tours</c>, as text, so that each bad value gets its own error message.</summary>
internal sealed record TourQuery(
    [FromQuery(Name = "destination")] string? Destination, [FromQuery(Name = "date")] string? Date,
    [FromQuery(Name = "participants")] string? Participants,
    [FromQuery(Name = "category")] string? Category, [FromQuery(Name = "limit")] string? Limit, [FromQuery(Name = "cursor")] string? Cursor);

/// <summary>The parsed filter.</summary>
/// <param name="Destination">Folded, as <see cref="FoldedText"/> does, or null for any; so is <paramref name="Category"/>.</param>
/// <param name="Date">A calendar day in the tour's time zone, or null for any.</param>
/// <param name="Participants">Seats needed, or null if the query does not say.</param>
internal sealed record TourFilter(string? Destination, string? Category, DateOnly? Date, int? Participants)
{
    /// <summary>True if the query asks for a day or for seats: then sold-out tours are left out.</summary>
    public bool OnlyBookable => Date is not null || Participants is not null;

    private int Seats => Participants ?? 1;

    public static Parsed<TourFilter> Read(TourQuery query)
    {
        DateOnly? date = null;
        if (Text(query.Date) is { } day)
        {
            if (!DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed))
                return new Parsed<TourFilter>.Refused(RequestBody.Invalid("date must be a calendar day such as 2026-02-10.", "bad_date"));
            date = parsed;
        }
        int? participants = null;
        if (Text(query.Participants) is { } count)
        {
            if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) || parsed is < 1 or > Limits.MaxParticipants)
                return new Parsed<TourFilter>.Refused(
                    RequestBody.Invalid($"participants must be a whole number from 1 to {Limits.MaxParticipants}.", "bad_participants"));
            participants = parsed;
        }
        return new Parsed<TourFilter>.Ok(new TourFilter(Folded(query.Destination), Folded(query.Category), date, participants));
    }

    // Compared in C#, not in SQL: the engines' lower() knows only ASCII, and cities are called Málaga. Visitors type the start of a name.
    public bool Fits(LiveTour tour) =>
        (Destination is null || tour.FoldedDestination.StartsWith(Destination, StringComparison.Ordinal))
        && (Category is null || tour.FoldedCategory == Category);

    /// <summary>The tour's next open departure on that day with enough seats; if the query asks for neither, the next one even if sold out.</summary>
    public DepartureView? Next(TourView tour) =>
        tour.Departures.FirstOrDefault(departure =>
            departure.Status != AvailabilityStatus.Closed && departure.AvailableSpots >= Seats && FitsDay(departure.Date, tour.TimeZone))
        ?? (OnlyBookable ? null : tour.Departures.FirstOrDefault());

    // In the tour's local time.
    private bool FitsDay(DateTimeOffset start, string? timeZone) =>
        Date is null || TourZone.DayOf(start, TourZone.Of(timeZone)) == Date;

    private static string? Folded(string? text) => Text(text) is { } given ? FoldedText.Of(given) : null;

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
