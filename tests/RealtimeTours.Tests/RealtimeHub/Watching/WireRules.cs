using System.Text.Json;
using RealtimeTours.Contracts;
using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

/// <summary>
/// What a watcher may rely on, checked on the frames of one connection in the order of the wire: updates only of watched tours and after their
/// snapshot, versions that never go back, and the same version not twice.
/// </summary>
internal sealed class WireRules
{
    private readonly Dictionary<(string, DateTimeOffset?), AvailabilityUpdate> _last = [];
    private readonly Dictionary<string, string> _unwatching = [];
    private readonly HashSet<string> _watched = [];
    private readonly Lock _gate = new();

    public int Updates { get; private set; }

    public int Snapshots { get; private set; }

    /// <summary>Breaches, none hopefully.</summary>
    public List<string> Breaches { get; } = [];

    public int? Shown(string tourId, DateTimeOffset? date)
    {
        lock (_gate) return _last.TryGetValue((tourId, date), out var last) ? last.AvailableSpots : null;
    }

    /// <summary>To be called before an unwatch with this invocation id is sent.</summary>
    public void Unwatching(string invocationId, string tourId)
    {
        lock (_gate) _unwatching[invocationId] = tourId;
    }

    public void Frame(JsonElement frame)
    {
        lock (_gate)
        {
            var type = frame.TryGetProperty("type", out var value) ? value.GetInt32() : 0;
            if (type == 1 && frame.GetProperty("target").GetString() == nameof(IAvailabilityClient.AvailabilityUpdated))
                Update(frame.GetProperty("arguments")[0].Deserialize<AvailabilityUpdate>(WireJson.Options)!);
            else if (type == 3) Completion(frame);
        }
    }

    private void Update(AvailabilityUpdate update)
    {
        Updates++;
        if (!_watched.Contains(update.TourId)) Breaches.Add($"{update} of a tour that is not watched");
        if (_last.TryGetValue((update.TourId, update.Date), out var last) && update.Version <= last.Version) Breaches.Add($"{update} after version {last.Version}");
        _last[(update.TourId, update.Date)] = update;
    }

    private void Completion(JsonElement frame)
    {
        if (frame.TryGetProperty("error", out var error)) Breaches.Add(error.GetString()!);
        if (_unwatching.Remove(frame.GetProperty("invocationId").GetString()!, out var left)) _watched.Remove(left);
        if (!frame.TryGetProperty("result", out var result) || result.ValueKind != JsonValueKind.Object) return;
        Snapshots++;
        var snapshot = result.Deserialize<TourSnapshot>(WireJson.Options)!;
        _watched.Add(snapshot.TourId);
        foreach (var departure in snapshot.Departures)
        {
            if (_last.TryGetValue((departure.TourId, departure.Date), out var last) && departure.Version < last.Version)
                Breaches.Add($"a snapshot with {departure} after version {last.Version}");
            _last[(departure.TourId, departure.Date)] = departure;
        }
    }
}
