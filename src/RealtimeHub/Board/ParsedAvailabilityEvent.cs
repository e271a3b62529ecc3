using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.RealtimeHub.Board;

/// <summary>One availability event, validated: a state for the board, an alert for the watchers, or both.</summary>
internal readonly record struct ParsedAvailabilityEvent(DepartureState? State, AvailabilityAlert? Alert)
{
    /// <exception cref="PermanentFailureException">A field is missing, has the wrong type or is out of range; the message names it.</exception>
    public static ParsedAvailabilityEvent Read(EventEnvelope envelope) => envelope.EventType switch
    {
        EventTypes.AvailabilityUpdated => Updated(envelope, EventData.Read<TourAvailabilityUpdated>(envelope)),
        EventTypes.AvailabilitySynced => Synced(envelope, EventData.Read<TourAvailabilitySynced>(envelope)),
        EventTypes.AvailabilityLow => Low(envelope, EventData.Read<TourAvailabilityLow>(envelope)),
        EventTypes.AvailabilityRestored => Restored(envelope, EventData.Read<TourAvailabilityRestored>(envelope)),
        EventTypes.TourSoldOut => SoldOut(envelope, EventData.Read<TourSoldOut>(envelope)),
        EventTypes.TourSpotsAvailable => SpotsAvailable(envelope, EventData.Read<TourSpotsAvailable>(envelope)),
        _ => throw new PermanentFailureException($"eventType is '{envelope.EventType}', an unknown event type."),
    };

    private static ParsedAvailabilityEvent Updated(EventEnvelope e, TourAvailabilityUpdated data) => new(
        Figure(e, data.TourId, data.Date, data.AvailableSpots, data.Version, "data.availableSpots") with
        {
            PreviousSpots = EventRules.Seats(data.PreviousSpots, "data.previousSpots"),
            Capacity = EventRules.Seats(data.Capacity, "data.capacity"),
            Status = Status(data.Status, data.AvailableSpots),
        }, null);

    private static ParsedAvailabilityEvent Synced(EventEnvelope e, TourAvailabilitySynced data) => new(
        Figure(e, data.TourId, data.Date, data.CurrentSpots, data.Version, "data.currentSpots") with
        {
            PreviousSpots = EventRules.Seats(data.PreviousSpots, "data.previousSpots"),
            Capacity = EventRules.Seats(data.Capacity, "data.capacity"),
            Status = Status(data.Status, data.CurrentSpots),
            Source = e.Source ?? data.Source,
        }, null);

    private static ParsedAvailabilityEvent Low(EventEnvelope e, TourAvailabilityLow data)
    {
        if (data.AlertLevel is not (AlertLevels.Warning or AlertLevels.Critical))
            throw new PermanentFailureException($"data.alertLevel must be {AlertLevels.Warning} or {AlertLevels.Critical}.");
        return Alerting(e, Figure(e, data.TourId, data.Date, data.AvailableSpots, data.Version, "data.availableSpots"), AlertKinds.Low);
    }

    private static ParsedAvailabilityEvent Restored(EventEnvelope e, TourAvailabilityRestored data) =>
        Alerting(e, Figure(e, data.TourId, data.Date, data.AvailableSpots, data.Version, "data.availableSpots"), AlertKinds.Restored);

    private static ParsedAvailabilityEvent SoldOut(EventEnvelope e, TourSoldOut data) =>
        Alerting(e, Figure(e, data.TourId, data.Date, 0, data.Version, "data.availableSpots"), AlertKinds.SoldOut);

    // Seats held for the waiting list cannot be booked by everybody: an alert, but no state for the board.
    private static ParsedAvailabilityEvent SpotsAvailable(EventEnvelope e, TourSpotsAvailable data)
    {
        foreach (var userId in data.WaitingListUserIds) EventRules.Id(userId, "data.waitingListUserIds");
        return Alerting(e, Figure(e, data.TourId, data.Date, data.AvailableSpots, data.Version, "data.availableSpots"), AlertKinds.SpotsAvailable)
            with { State = null };
    }

    private static ParsedAvailabilityEvent Alerting(EventEnvelope e, DepartureState state, string kind) =>
        new(state, new AvailabilityAlert(state.TourId, state.Date, kind, state.AvailableSpots, e.Timestamp.ToUniversalTime()));

    private static DepartureState Figure(EventEnvelope e, string tourId, DateTimeOffset? date, int spots, long? version, string spotsField) => new(
        EventRules.Id(tourId, "data.tourId"), date is { } start ? Microseconds.Of(start) : null, EventRules.Seats(spots, spotsField), null, null,
        AvailabilityStatus.Of(spots), EventRules.Version(version), e.Timestamp.ToUniversalTime(), e.Source, e.EventId);

    private static string Status(string? status, int spots)
    {
        if (status is null) return AvailabilityStatus.Of(spots);
        return AvailabilityStatus.IsKnown(status)
            ? status
            : throw new PermanentFailureException(
                $"data.status must be {AvailabilityStatus.Available}, {AvailabilityStatus.Low}, {AvailabilityStatus.SoldOut} or " +
                $"{AvailabilityStatus.Closed}.");
    }
}
