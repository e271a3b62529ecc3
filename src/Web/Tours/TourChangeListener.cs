using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Web.Tours;

/// <summary>
/// Invalidates a cached tour when the catalogue changed. The cache's backplane announces only the changes of Web nodes; imports and foreign
/// publishers send events. Every Web node receives each event, so none has to notify the others.
/// </summary>
internal sealed class TourChangeListener(TourReader tours, TourCatalogue catalogue) : IEventHandler
{
    public const string Name = "tour-cache";

    public static readonly string[] RoutingKeys = [EventTypes.TourCreated, EventTypes.TourUpdated];

    public Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        catalogue.Forget(everywhere: false);
        if (envelope.Data.TryGetProperty("tourId", out var id) && id.ValueKind == JsonValueKind.String) tours.Forget(
            id.GetString()!, everywhere: false);
        return Task.CompletedTask;
    }
}
