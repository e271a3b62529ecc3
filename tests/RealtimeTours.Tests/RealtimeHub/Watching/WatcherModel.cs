using Microsoft.AspNetCore.SignalR.Protocol;
using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

/// <summary>What one connection may see on the wire, message by message: the promises of CONTRACT §4 and nothing else.</summary>
/// <param name="wasSaid">Whether some publisher said this figure.</param>
internal sealed class WatcherModel(Func<AvailabilityUpdate, bool> wasSaid)
{
    private const string Pushes = "pushes";
    private readonly Dictionary<(string Channel, string Tour, DateTimeOffset? Date), AvailabilityUpdate> _last = [];
    private readonly Dictionary<string, string> _unwatching = [];
    private readonly Dictionary<string, string[]> _streams = [];
    private readonly HashSet<(string Channel, string Tour)> _watched = [];
    private readonly List<string> _breaches = [];
    private readonly Lock _gate = new();

    /// <summary>Promises that were broken; none hopefully.</summary>
    public IReadOnlyList<string> Breaches
    {
        get { lock (_gate) return [.. _breaches]; }
    }

    public int Updates { get; private set; }

    public int Snapshots { get; private set; }

    /// <summary>What the pushes show of this departure now.</summary>
    public AvailabilityUpdate? Shown(string tour, DateTimeOffset? date)
    {
        lock (_gate) return _last.GetValueOrDefault((Pushes, tour, date));
    }

    /// <summary>What each stream of this tour shows of this departure now.</summary>
    public IReadOnlyList<(string Stream, AvailabilityUpdate? Shown)> ShownByStreams(string tour, DateTimeOffset? date)
    {
        lock (_gate)
            return [.. _streams.Where(stream => stream.Value.Contains(tour))
                .Select(stream => (stream.Key, _last.GetValueOrDefault((stream.Key, tour, date))))];
    }

    /// <summary>A call is about to be sent. A stream's items may come from then on; the answer to an unwatch ends the watching.</summary>
    public void Sending(HubMessage message)
    {
        lock (_gate)
        {
            switch (message)
            {
                case StreamInvocationMessage { InvocationId: { } stream, Arguments: [string[] tours] }:
                    _streams[stream] = tours;
                    foreach (var tour in tours) _watched.Add((stream, tour));
                    break;
                case InvocationMessage { Target: "UnwatchTour", InvocationId: { } call, Arguments: [string tour] }:
                    _unwatching[call] = tour;
                    break;
            }
        }
    }

    public void Received(HubMessage message)
    {
        lock (_gate)
        {
            switch (message)
            {
                case InvocationMessage { Target: nameof(IAvailabilityClient.AvailabilityUpdated), Arguments: [AvailabilityUpdate update] }:
                    Update(Pushes, update);
                    break;
                case StreamItemMessage { InvocationId: { } stream, Item: AvailabilityUpdate update }:
                    Update(stream, update);
                    break;
                case CompletionMessage completion:
                    if (completion.Error is { } error) _breaches.Add(error);
                    if (_unwatching.Remove(completion.InvocationId!, out var left)) _watched.Remove((Pushes, left));
                    if (completion.Result is TourSnapshot only) Snapshot(only);
                    if (completion.Result is TourSnapshot[] page) foreach (var each in page) Snapshot(each);
                    break;
                case CloseMessage close:
                    _breaches.Add($"the hub closed the connection: {close.Error}");
                    break;
                case InvocationBindingFailureMessage or StreamBindingFailureMessage:
                    _breaches.Add($"{message} cannot be read");
                    break;
            }
        }
    }

    // A snapshot begins the watching and may repeat what was shown, never go back; an update needs the watching and must be newer; nothing is made
    // up.
    private void Snapshot(TourSnapshot snapshot)
    {
        Snapshots++;
        _watched.Add((Pushes, snapshot.TourId));
        foreach (var departure in snapshot.Departures) Take(Pushes, departure, mayRepeat: true);
    }

    private void Update(string channel, AvailabilityUpdate update)
    {
        Updates++;
        if (!_watched.Contains((channel, update.TourId))) _breaches.Add($"{channel}: {update} is not watched");
        Take(channel, update, mayRepeat: false);
    }

    private void Take(string channel, AvailabilityUpdate update, bool mayRepeat)
    {
        var last = _last.GetValueOrDefault((channel, update.TourId, update.Date));
        if (last is not null && (mayRepeat ? update.Version < last.Version : update.Version <= last.Version)) _breaches.Add(
            $"{channel}: {update} after {last}");
        if (!wasSaid(update)) _breaches.Add($"{channel}: nobody said {update}");
        _last[(channel, update.TourId, update.Date)] = update;
    }
}
