using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Events;

/// <summary>The durable path: the quorum queue that all nodes share. Seat counts go to the board, the rest is pushed once per event.</summary>
internal sealed class RealtimeHubConsumer(
    BoardCopy copy, BoardBatches board, IWatcherBroadcast watchers, UserPushes users, IProcessedEvents processed) : IEventHandler
{
    public const string Name = EventConsumers.RealtimeHub;

    // Handlers mostly wait for Redis; many that run at once share its round trips.
    public const int Concurrency = 64;

    public static readonly string[] RoutingKeys =
    [
        "tour.availability.*", EventTypes.TourSoldOut, EventTypes.TourSpotsAvailable, EventTypes.TourCreated, EventTypes.TourUpdated,
        EventTypes.TourCompleted, "loyalty.#", "booking.#",
    ];

    public Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken) => envelope.EventType switch
    {
        EventTypes.TourCreated or EventTypes.TourUpdated => TourChangedAsync(envelope, cancellationToken),
        EventTypes.TourCompleted => UserEventAsync(envelope, cancellationToken),
        _ when envelope.EventType.StartsWith("tour.", StringComparison.Ordinal) => AvailabilityAsync(envelope, cancellationToken),
        _ => UserEventAsync(envelope, cancellationToken),
    };

    private async Task AvailabilityAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        var (state, alert) = ParsedAvailabilityEvent.Read(envelope);
        if (state is not null)
        {
            copy.Apply(state); // this node's watchers do not wait for Redis
            await ApplyToBoardAsync(state, cancellationToken);
        }
        if (alert is null) return;
        await AnnounceAsync(envelope, alert.TourId, nameof(IAvailabilityClient.AvailabilityAlert),
            JsonSerializer.SerializeToElement(alert, WireJson.Options), cancellationToken);
    }

    // Nodes compete for events, so of several events with one timestamp (publishers that write whole seconds) the earlier may reach the board last.
    // The fast path brings every node all of them in the order of publishing: if it has brought a later one, that goes along. If it brings it later,
    // BoardPoller corrects the board.
    private Task ApplyToBoardAsync(DepartureState state, CancellationToken cancellationToken) =>
        board.ApplyAsync(copy.Find(state.TourId)?.TieAfter(state) is { } next ? [state, next] : [state], cancellationToken);

    private Task TourChangedAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        // The data is passed on unchanged; only the tour's id is checked.
        var tourId = EventRules.Id(EventData.Read<TourReference>(envelope).TourId, "data.tourId");
        return AnnounceAsync(envelope, tourId, nameof(IAvailabilityClient.TourUpdated), envelope.Data, cancellationToken);
    }

    private Task AnnounceAsync(EventEnvelope envelope, string tourId, string method, JsonElement argument, CancellationToken cancellationToken) =>
        processed.RunOnceAsync(envelope.EventId, async () =>
        {
            using var activity = HubTracing.Pushing(method);
            await watchers.PublishAsync(new WatcherMessage(tourId, method, argument), cancellationToken);
        }, cancellationToken);

    // The bindings also match events that the hub does not use.
    private Task UserEventAsync(EventEnvelope envelope, CancellationToken cancellationToken) => users.Read(envelope) is { } push
        ? processed.RunOnceAsync(envelope.EventId, push, cancellationToken)
        : Task.CompletedTask;

    private sealed record TourReference(string TourId);
}
