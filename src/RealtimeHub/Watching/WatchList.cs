using System.Diagnostics.CodeAnalysis;
using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>
/// The tours a watcher shows, what it has been given of each, and which have something new. State is not kept here but read from the board copy at
/// the moment of writing, so the newest wins by itself and a slow reader costs one flag per tour.
/// </summary>
internal sealed class WatchList(BoardCopy board)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TourWatch> _watches = [];
    private readonly List<TourWatch> _dirty = [];
    private int _held;

    public int Count
    {
        get { lock (_gate) return _watches.Count; }
    }

    /// <summary>Whether something waits to be taken.</summary>
    public bool HasNews
    {
        get { lock (_gate) return _dirty.Count > 0; }
    }

    /// <param name="snapshotPendingSince">Hold back updates from now on (ms) until the snapshot is read; null for no snapshot.</param>
    /// <returns>False when it was there before.</returns>
    public bool Add(IWatcher watcher, string tourId, long? snapshotPendingSince, out TourWatch watch)
    {
        lock (_gate)
        {
            var added = !_watches.TryGetValue(tourId, out watch!);
            if (added) _watches[tourId] = watch = new TourWatch(watcher, tourId);
            if (snapshotPendingSince is not null && watch.SnapshotPendingSince is null) _held++;
            watch.SnapshotPendingSince = snapshotPendingSince ?? watch.SnapshotPendingSince;
            return added;
        }
    }

    public bool Remove(string tourId, [NotNullWhen(true)] out TourWatch? watch)
    {
        lock (_gate)
        {
            if (!_watches.Remove(tourId, out watch)) return false;
            watch.Removed = true;
            if (watch.Dirty) _dirty.Remove(watch);
            if (watch.SnapshotPendingSince is not null) _held--;
            return true;
        }
    }

    public TourWatch[] RemoveAll()
    {
        lock (_gate)
        {
            var all = _watches.Values.ToArray();
            foreach (var watch in all) watch.Removed = true;
            _watches.Clear();
            _dirty.Clear();
            _held = 0;
            return all;
        }
    }

    /// <returns>False when it was marked before and waits still, or is no longer watched.</returns>
    public bool Mark(TourWatch watch, byte[]? viewersFrame = null)
    {
        lock (_gate)
        {
            if (watch.Removed) return false;
            watch.ViewersFrame = viewersFrame ?? watch.ViewersFrame;
            if (watch.Dirty) return false;
            watch.Dirty = true;
            _dirty.Add(watch);
            return true;
        }
    }

    public void MarkAll()
    {
        lock (_gate)
        {
            foreach (var watch in _watches.Values.Where(watch => !watch.Dirty))
            {
                watch.Dirty = true;
                _dirty.Add(watch);
            }
        }
    }

    /// <summary>The current departures of one tour, by date; what is read counts as given. Call under the connection's write lock.</summary>
    public IEnumerable<ShownDeparture> TakeSnapshot(string tourId)
    {
        var departures = new List<ShownDeparture>();
        lock (_gate)
        {
            var given = board.Find(tourId)?.CollectSince(0, departures) ?? 0;
            if (_watches.TryGetValue(tourId, out var watch))
            {
                watch.Given = given;
                if (watch.SnapshotPendingSince is not null) _held--;
                watch.SnapshotPendingSince = null;
            }
        }
        return departures.OrderBy(departure => departure.Update.Date);
    }

    /// <summary>Everything newer than what was given, newest state per departure, and the viewer counts. Call under the connection's write lock.</summary>
    public void TakeNews(List<ShownDeparture> departures, List<byte[]> viewersFrames)
    {
        lock (_gate)
        {
            foreach (var watch in _dirty)
            {
                watch.Dirty = false;
                if (watch.SnapshotPendingSince is not null) continue; // its snapshot will hold this
                if (board.Find(watch.TourId) is { } tour) watch.Given = tour.CollectSince(watch.Given, departures);
                if (watch.ViewersFrame is { } viewers) viewersFrames.Add(viewers);
                watch.ViewersFrame = null;
            }
            _dirty.Clear();
        }
    }

    /// <summary>Frees the tours whose snapshot never comes, because the client sent the call without asking for its result.</summary>
    public bool ReleaseOverdueSnapshots(long pendingBefore)
    {
        lock (_gate)
        {
            if (_held == 0) return false;
            foreach (var watch in _watches.Values.Where(watch => watch.SnapshotPendingSince < pendingBefore))
            {
                watch.SnapshotPendingSince = null;
                _held--;
                if (watch.Dirty) continue;
                watch.Dirty = true;
                _dirty.Add(watch);
            }
            return _dirty.Count > 0;
        }
    }
}
