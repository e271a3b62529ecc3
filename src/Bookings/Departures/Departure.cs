namespace RealtimeTours.Bookings.Departures;

/// <summary>One row of table <c>departures</c>.</summary>
/// <param name="Version">Grows by one with every change that the public sees; the highest wins.</param>
public sealed record Departure(string TourId, DateTimeOffset StartsAt, DepartureSeats Seats, long Version);
