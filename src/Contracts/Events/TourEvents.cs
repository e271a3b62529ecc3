namespace RealtimeTours.Contracts.Events;

/// <summary><see cref="EventTypes.TourCreated"/>, <see cref="EventTypes.TourUpdated"/>: the tour's public details, without departures.</summary>
/// <param name="DurationHours">Duration in hours.</param>
/// <param name="Price">Per participant, in units of <paramref name="Currency"/> (ISO 4217).</param>
/// <param name="TimeZone">IANA name, for showing departures in the tour's local time; null when unknown.</param>
public sealed record TourChanged(
    string TourId, string Name, string Destination, string Category, double DurationHours, decimal Price, string Currency, string? TimeZone = null)
        : IOfTour;
