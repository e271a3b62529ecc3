namespace RealtimeTours.Bookings.Departures;

/// <param name="Version">Grows with every change the public sees. Clients keep the highest; writers compare it (optimistic concurrency).</param>
public sealed record Departure(string TourId, DateTimeOffset StartsAt, DepartureSeats Seats, long Version);
