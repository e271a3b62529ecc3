using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Bookings.Departures;

/// <summary>One committed change of a departure's seats, and the events that tell the world about it.</summary>
/// <param name="Before">Available seats before the change.</param>
/// <param name="After">Available seats after it.</param>
/// <param name="Closed">Whether the departure is closed after the change.</param>
/// <param name="Version">The row's version after the change.</param>
/// <param name="Reason">One of <see cref="AvailabilityReasons"/>, <see cref="TourAvailabilitySynced.ThirdPartySync"/>, or null.</param>
public sealed record DepartureChange(
    string TourId, DateTimeOffset Date, int Before, int After, int Capacity, bool Closed, long Version, string? Reason)
{
    /// <summary>The new figure, and an alert where the change crossed a line: the same rule for bookings, operators and suppliers.</summary>
    public static IEnumerable<OutgoingEvent> Events(EventFactory events, DepartureChange change)
    {
        yield return Figure(events, change);
        if (change.Closed) yield break; // nobody can book what is closed, so its level alarms nobody

        var (tourId, after, date, version) = (change.TourId, change.After, change.Date, change.Version);
        if (change.Before > 0 && after == 0)
            yield return events.Create(EventTypes.TourSoldOut, new TourSoldOut(tourId, events.Now, date, version));
        else if (change.Before == 0 && after > 0)
            yield return events.Create(EventTypes.AvailabilityRestored, new TourAvailabilityRestored(tourId, after, events.Now, date, version));
        else if (after > 0 && Severity(after) > Severity(change.Before))
            yield return events.Create(EventTypes.AvailabilityLow, new TourAvailabilityLow(tourId, after, Level(after), date, version));
    }

    private static OutgoingEvent Figure(EventFactory events, DepartureChange change)
    {
        var status = AvailabilityStatus.Of(change.After, change.Closed);
        return change.Reason == TourAvailabilitySynced.ThirdPartySync
            ? events.Create(EventTypes.AvailabilitySynced, new TourAvailabilitySynced(
                change.TourId, change.Before, change.After, events.Now,
                Date: change.Date, Version: change.Version, Capacity: change.Capacity, Status: status))
            : events.Create(EventTypes.AvailabilityUpdated, new TourAvailabilityUpdated(
                change.TourId, change.After, change.Date, change.Version, change.Before, change.Capacity, status, change.Reason));
    }

    private static int Severity(int seats) => seats switch
    {
        <= AvailabilityStatus.CriticalThreshold => 2,
        <= AvailabilityStatus.LowThreshold => 1,
        _ => 0,
    };

    private static string Level(int seats) => Severity(seats) == 2 ? AlertLevels.Critical : AlertLevels.Warning;
}
