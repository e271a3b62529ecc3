using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Web.Tours;

/// <summary>Forgets a cached tour when the catalogue changed, on every Web node. An announcement that is lost costs a minute: then the next reader's look behind finds the change.</summary>
internal sealed class TourCacheInvalidation(TourReader tours, TourCatalogue catalogue) : IEventHandler
{
    public const string Name = "tour-cache";

    public static readonly string[] RoutingKeys = [EventTypes.TourCreated, EventTypes.TourUpdated];

    public Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        catalogue.Forget();
        if (envelope.Data.TryGetProperty("tourId", out var id) && id.ValueKind == JsonValueKind.String) tours.Forget(id.GetString()!);
        return Task.CompletedTask;
    }
}
