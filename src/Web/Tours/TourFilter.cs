using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.Web.Tours;

/// <summary>The query of <c>GET /api/tours</c> as it is written: text, so that each bad value gets its own sentence.</summary>
internal sealed record TourQuery(
    [FromQuery(Name = "destination")] string? Destination, [FromQuery(Name = "date")] string? Date, [FromQuery(Name = "participants")] string? Participants,
    [FromQuery(Name = "category")] string? Category, [FromQuery(Name = "limit")] string? Limit, [FromQuery(Name = "cursor")] string? Cursor);

/// <summary>What is looked for.</summary>
/// <param name="Date">A calendar day where the tour is, or null for any.</param>
/// <param name="Participants">Seats needed, or null where nobody said.</param>
internal sealed record TourFilter(string? Destination, string? Category, DateOnly? Date, int? Participants)
{
    /// <summary>True where only tours with free seats are wanted; else a sold-out tour is shown too.</summary>
    public bool OnlyBookable => Date is not null || Participants is not null;

    private int Seats => Participants ?? 1;

    public static (TourFilter? Filter, IResult? Refusal) Read(TourQuery query)
    {
        DateOnly? date = null;
        if (Text(query.Date) is { } day)
        {
            if (!DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed))
                return (null, RequestBody.Invalid("date must be a calendar day such as 2026-02-10.", "bad_date"));
            date = parsed;
        }
        int? participants = null;
        if (Text(query.Participants) is { } count)
        {
            if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) || parsed is < 1 or > Limits.MaxParticipants)
                return (null, RequestBody.Invalid($"participants must be a whole number from 1 to {Limits.MaxParticipants}.", "bad_participants"));
            participants = parsed;
        }
        return (new TourFilter(Text(query.Destination), Text(query.Category), date, participants), null);
    }

    // Compared here and not in SQL: the engines' own lower() knows only ASCII, and cities are called Málaga. The start of a name is enough: visitors type.
    public bool Fits(TourDetails tour) =>
        (Destination is null || tour.Destination.StartsWith(Destination, StringComparison.OrdinalIgnoreCase))
        && (Category is null || tour.Category.Equals(Category, StringComparison.OrdinalIgnoreCase));

    /// <summary>The tour's next open departure on the day asked for, with seats for the party; where nobody asked for seats, its next one even if there are none.</summary>
    public DepartureView? Next(TourView tour) =>
        tour.Departures.FirstOrDefault(departure =>
            departure.Status != AvailabilityStatus.Closed && departure.AvailableSpots >= Seats && FitsDay(departure.Date, tour.TimeZone))
        ?? (OnlyBookable ? null : tour.Departures.FirstOrDefault());

    // By the clock on the wall where the tour is.
    private bool FitsDay(DateTimeOffset start, string? timeZone) =>
        Date is null || DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(start, Zone(timeZone)).Date) == Date;

    private static TimeZoneInfo Zone(string? name) => name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
