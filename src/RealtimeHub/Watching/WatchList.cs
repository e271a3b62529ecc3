using System.Diagnostics.CodeAnalysis;
using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>
/// The tours of a watcher, how much of each has been sent, and which have changed since. States are not queued but read from the board copy when they
/// are written, so the newest wins and a slow client costs one flag per tour.
/// </summary>
internal sealed class WatchList(BoardCopy board)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TourWatch> _watches = [];
    private readonly List<TourWatch> _dirty = [];
    private int _snapshotsPending;

    public int Count
    {
        get { lock (_gate) return _watches.Count; }
    }

    public bool HasNews
    {
        get { lock (_gate) return _dirty.Count > 0; }
    }

    /// <param name="snapshotPendingSince">From now on (ms) updates wait until the snapshot is written; null for no snapshot.</param>
    /// <returns>False when the tour was watched already.</returns>
    public bool Add(IWatcher watcher, string tourId, long? snapshotPendingSince, out TourWatch watch)
    {
        lock (_gate)
        {
            var added = !_watches.TryGetValue(tourId, out watch!);
            if (added) _watches[tourId] = watch = new TourWatch(watcher, tourId);
            if (snapshotPendingSince is not null && watch.SnapshotPendingSince is null) _snapshotsPending++;
            // Not later than the first: a client that calls again and again would wait for ever.
            watch.SnapshotPendingSince ??= snapshotPendingSince;
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
            if (watch.SnapshotPendingSince is not null) _snapshotsPending--;
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
            _snapshotsPending = 0;
            return all;
        }
    }

    /// <returns>False when the tour was marked already, or is no longer watched.</returns>
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

    /// <summary>The current departures of one tour, by date, which count as sent. Call under the connection's write lock.</summary>
    public IEnumerable<ShownDeparture> TakeSnapshot(string tourId)
    {
        var departures = new List<ShownDeparture>();
        lock (_gate)
        {
            var given = board.Find(tourId)?.CollectSince(0, departures) ?? 0;
            if (_watches.TryGetValue(tourId, out var watch))
            {
                watch.Given = given;
                if (watch.SnapshotPendingSince is not null) _snapshotsPending--;
                watch.SnapshotPendingSince = null;
            }
        }
        return departures.OrderBy(departure => departure.Update.Date);
    }

    /// <summary>The newest states of marked tours, and viewer counts. Call under the connection's write lock.</summary>
    public void TakeNews(List<ShownDeparture> departures, List<byte[]> viewersFrames)
    {
        lock (_gate)
        {
            foreach (var watch in _dirty)
            {
                watch.Dirty = false;
                if (watch.SnapshotPendingSince is not null) continue; // its snapshot will contain this
                if (board.Find(watch.TourId) is { } tour) watch.Given = tour.CollectSince(watch.Given, departures);
                if (watch.ViewersFrame is { } viewers) viewersFrames.Add(viewers);
                watch.ViewersFrame = null;
            }
            _dirty.Clear();
        }
    }

    /// <summary>Stops waiting for snapshots that are never written, because the client sent the call without asking for its result.</summary>
    public bool ReleaseOverdueSnapshots(long pendingBefore)
    {
        lock (_gate)
        {
            if (_snapshotsPending == 0) return false;
            foreach (var watch in _watches.Values.Where(watch => watch.SnapshotPendingSince < pendingBefore))
            {
                watch.SnapshotPendingSince = null;
                _snapshotsPending--;
                if (watch.Dirty) continue;
                watch.Dirty = true;
                _dirty.Add(watch);
            }
            return _dirty.Count > 0;
        }
    }
}
