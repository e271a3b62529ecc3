using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Web.Tours;

/// <summary>
/// Forgets a cached tour when the catalogue changed. The cache's backplane tells only what Web nodes themselves change; imports and foreign publishers speak
/// by events. Every Web node hears each of them, so none has to tell the others.
/// </summary>
internal sealed class TourChangeListener(TourReader tours, TourCatalogue catalogue) : IEventHandler
{
    public const string Name = "tour-cache";

    public static readonly string[] RoutingKeys = [EventTypes.TourCreated, EventTypes.TourUpdated];

    public Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        catalogue.Forget(everywhere: false);
        if (envelope.Data.TryGetProperty("tourId", out var id) && id.ValueKind == JsonValueKind.String) tours.Forget(id.GetString()!, everywhere: false);
        return Task.CompletedTask;
    }
}
