using System.Text.Json;
using RealtimeTours.Contracts;
using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

/// <summary>What one connection may see on the wire, frame by frame: the promises of CONTRACT §4 and nothing else.</summary>
/// <param name="wasSaid">Whether some publisher said this figure.</param>
internal sealed class WatcherModel(Func<AvailabilityUpdate, bool> wasSaid)
{
    private const string Pushes = "pushes";
    private readonly Dictionary<(string Channel, string Tour, DateTimeOffset? Date), AvailabilityUpdate> _last = [];
    private readonly HashSet<(string Channel, string Tour)> _watched = [];
    private readonly Lock _gate = new();

    public List<string> Breaches { get; } = [];

    public AvailabilityUpdate? Shown(string? stream, string tour, DateTimeOffset? date)
    {
        lock (_gate) return _last.GetValueOrDefault((stream ?? Pushes, tour, date));
    }

    public void Streams(string stream, string tour)
    {
        lock (_gate) _watched.Add((stream, tour));
    }

    // A snapshot begins the watching and may repeat what was shown, never go back; an update needs the watching and must be newer; nothing is made up.
    public void Snapshot(TourSnapshot snapshot)
    {
        _watched.Add((Pushes, snapshot.TourId));
        foreach (var departure in snapshot.Departures) Take(Pushes, departure, mayRepeat: true);
    }

    public void Update(string channel, AvailabilityUpdate update)
    {
        if (!_watched.Contains((channel, update.TourId))) Breaches.Add($"{channel}: {update} is not watched");
        Take(channel, update, mayRepeat: false);
    }

    public void Unwatched(string tour) => _watched.Remove((Pushes, tour));

    private void Take(string channel, AvailabilityUpdate update, bool mayRepeat)
    {
        var last = _last.GetValueOrDefault((channel, update.TourId, update.Date));
        if (last is not null && (mayRepeat ? update.Version < last.Version : update.Version <= last.Version)) Breaches.Add($"{channel}: {update} after {last}");
        if (!wasSaid(update)) Breaches.Add($"{channel}: nobody said {update}");
        _last[(channel, update.TourId, update.Date)] = update;
    }

    /// <summary>Reads one frame of the hub protocol.</summary>
    /// <param name="unwatching">Answers to these calls end the watching of a tour.</param>
    public void Frame(JsonElement frame, Func<string, string?> unwatching)
    {
        lock (_gate)
        {
            switch (frame.TryGetProperty("type", out var type) ? type.GetInt32() : 0)
            {
                case 1 when frame.GetProperty("target").GetString() == nameof(IAvailabilityClient.AvailabilityUpdated):
                    Update(Pushes, Read<AvailabilityUpdate>(frame.GetProperty("arguments")[0]));
                    break;
                case 2:
                    Update(frame.GetProperty("invocationId").GetString()!, Read<AvailabilityUpdate>(frame.GetProperty("item")));
                    break;
                case 3:
                    if (frame.TryGetProperty("error", out var error)) Breaches.Add(error.GetString()!);
                    if (unwatching(frame.GetProperty("invocationId").GetString()!) is { } tour) Unwatched(tour);
                    if (!frame.TryGetProperty("result", out var result)) break;
                    if (result.ValueKind == JsonValueKind.Object) Snapshot(Read<TourSnapshot>(result));
                    if (result.ValueKind == JsonValueKind.Array) foreach (var each in result.EnumerateArray()) Snapshot(Read<TourSnapshot>(each));
                    break;
                case 7:
                    Breaches.Add($"the hub closed the connection: {frame}");
                    break;
            }
        }
    }

    private static T Read<T>(JsonElement json) => json.Deserialize<T>(WireJson.Options)!;
}
