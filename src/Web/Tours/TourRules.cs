using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.Web.Tours;

/// <summary>Validates a tour that an operator saves.</summary>
internal static class TourRules
{
    private const int MaxDepartures = 366;
    private const int MaxFees = 20;

    /// <returns>The error message, or null if all is well.</returns>
    public static string? WhatIsWrong(SaveTourRequest tour, string? pathId)
    {
        if (pathId is not null && tour.Id is not null && tour.Id != pathId) return "id must be the one of the path, or be left out.";
        // A tour that is there already keeps the id that it has.
        if (pathId is null && tour.Id is not null && !NewIds.IsValid(tour.Id)) return $"id {NewIds.Rule}";
        if (!RequestText.IsText(tour.Name, Limits.MaxTourText)) return $"name must have 1 to {Limits.MaxTourText} characters.";
        if (!RequestText.IsText(tour.Destination, Limits.MaxTourText)) return $"destination must have 1 to {Limits.MaxTourText} characters.";
        if (!RequestText.IsText(tour.Category, Limits.MaxTourText)) return $"category must have 1 to {Limits.MaxTourText} characters.";
        if (tour.DurationHours is not (> 0 and <= Limits.MaxTourHours))
            return $"durationHours must be more than 0 and at most {Limits.MaxTourHours}.";
        if (Currencies.MinorUnits(tour.Currency) is not { } digits) return "currency must be one of ISO 4217 in capital letters, such as EUR.";
        if (tour.Price is < 0 or > Limits.MaxPrice || Currencies.ToMinor(tour.Price, tour.Currency) is null)
            return $"price must be from 0 to {Limits.MaxPrice} with at most {digits} decimals, as {tour.Currency} has.";
        if (tour.TimeZone is { } zone && (!RequestText.IsId(zone) || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)))
            return "timeZone must be an IANA name such as Europe/Lisbon.";
        if (tour.CancellationDays is < 0 or > Limits.MaxCancellationDays) return $"cancellationDays must be from 0 to {Limits.MaxCancellationDays}.";
        return WhatIsWrong(tour.CancellationFees ?? []) ?? WhatIsWrong(tour.Departures ?? []);
    }

    private static string? WhatIsWrong(IReadOnlyList<CancellationFee> fees)
    {
        if (fees.Count > MaxFees) return $"cancellationFees must be at most {MaxFees}.";
        if (fees.Any(fee => fee is null or { DaysBefore: < 1 or > Limits.MaxCancellationDays } or { Percent: < 0 or > 100 }))
            return $"Each of cancellationFees must have daysBefore from 1 to {Limits.MaxCancellationDays} and percent from 0 to 100.";
        return fees.DistinctBy(fee => fee.DaysBefore).Count() < fees.Count ? "cancellationFees names one daysBefore twice." : null;
    }

    private static string? WhatIsWrong(IReadOnlyList<SaveDepartureRequest> departures)
    {
        if (departures.Count > MaxDepartures) return $"departures must be at most {MaxDepartures} in one request.";
        if (departures.Any(departure => departure is null)) return "departures must not hold null.";
        if (departures.Any(departure => departure.Capacity is < 0 or > Limits.MaxCapacity))
            return $"capacity must be a whole number from 0 to {Limits.MaxCapacity}.";
        return departures.DistinctBy(departure => departure.Date).Count() < departures.Count ? "departures names one date twice." : null;
    }
}
