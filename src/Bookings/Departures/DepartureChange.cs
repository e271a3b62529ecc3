using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Bookings.Departures;

/// <summary>One committed change of a departure. Before and After count available seats; the other figures are those after the change.</summary>
/// <param name="Reason">One of <see cref="AvailabilityReasons"/>, <see cref="TourAvailabilitySynced.ThirdPartySync"/>, or null.</param>
public sealed record DepartureChange(
    string TourId, DateTimeOffset Date, int Before, int After, int Capacity, bool Closed, long Version, string? Reason)
{
    /// <summary>The new figure, and an alert where it crossed a level (low, sold out, restored): one rule for every writer.</summary>
    public static IEnumerable<OutgoingEvent> Events(EventFactory events, DepartureChange change)
    {
        yield return Figure(events, change);
        if (change.Closed) yield break; // a closed departure cannot be booked, so its level raises no alert

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
