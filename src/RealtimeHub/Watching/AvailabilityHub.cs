using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>The methods clients call. They return placeholders that <see cref="AvailabilityHubProtocol"/> fills in when it writes them.</summary>
internal sealed class AvailabilityHub(Subscribers subscribers, BoardHealth board) : Hub<IAvailabilityClient>
{
    /// <returns>The tour's <see cref="TourSnapshot"/>.</returns>
    public async Task<PendingSnapshot> WatchTour(string? tourId)
    {
        var id = Checked(tourId);
        await board.Filled;
        var subscriber = subscribers.Of(Context);
        subscriber.WatchAsViewer(id);
        return new PendingSnapshot(subscriber, id);
    }

    /// <returns>An array of <see cref="TourSnapshot"/> in the order of the ids.</returns>
    public async Task<PendingSnapshots> WatchTours(string?[]? tourIds)
    {
        var ids = Checked(tourIds);
        await board.Filled;
        var subscriber = subscribers.Of(Context);
        subscriber.Watch(ids);
        return new PendingSnapshots(subscriber, ids);
    }

    public void UnwatchTour(string? tourId) => subscribers.Of(Context).Unwatch([Checked(tourId)]);

    public void UnwatchTours(string?[]? tourIds) => subscribers.Of(Context).Unwatch(Checked(tourIds));

    /// <returns>A stream of <see cref="AvailabilityUpdate"/>, the current states first; it ends when the client cancels it.</returns>
    public IAsyncEnumerable<PendingStreamItems> StreamAvailability(string?[]? tourIds, CancellationToken cancellationToken)
    {
        var ids = Checked(tourIds);
        if (ids.Length == 0) throw new HubException("tourIds is empty: a stream needs at least one tour.");
        return Stream(subscribers.Of(Context), board.Filled, ids, cancellationToken);
    }

    private static async IAsyncEnumerable<PendingStreamItems> Stream(
        Subscriber subscriber, Task filled, string[] tourIds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await filled.WaitAsync(cancellationToken);
        var stream = subscriber.OpenStream(tourIds);
        try
        {
            await foreach (var item in stream.ReadAsync(cancellationToken)) yield return item;
        }
        finally
        {
            subscriber.CloseStream(stream);
        }
    }

    private static string[] Checked(string?[]? tourIds)
    {
        if (tourIds is null) throw new HubException("tourIds is missing: it must be an array of tour ids.");
        if (tourIds.Length > HubContract.MaxToursPerCall)
            throw new HubException($"tourIds has {tourIds.Length} ids; one call takes at most {HubContract.MaxToursPerCall}.");
        return Array.ConvertAll(tourIds, Checked);
    }

    private static string Checked(string? tourId) => tourId is { Length: > 0 and <= HubContract.MaxTourIdLength }
        ? tourId
        : throw new HubException($"A tour id must have 1 to {HubContract.MaxTourIdLength} characters; this one has {tourId?.Length ?? 0}.");
}
