using Microsoft.AspNetCore.SignalR;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.RealtimeHub.Admission;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Presence;

namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>
/// One connection and what it watches. At most one write is in flight; changes meanwhile set a flag per tour (conflation) and go out in one frame,
/// which <see cref="AvailabilityHubProtocol"/> makes under SignalR's write lock.
/// </summary>
internal sealed class Subscriber : IWatcher
{
    /// <summary>Alerts that may wait for a slow connection; with more than this the oldest are dropped.</summary>
    public const int MaxWaitingPosts = 64;

    private readonly Lock _gate = new();
    private readonly HubConnectionContext _connection;
    private readonly WatchingParts _parts;
    private readonly PendingUpdatesMessage _message;
    private readonly Queue<byte[]> _posts = new();
    private readonly HashSet<StreamWatcher> _streams = [];
    private readonly Dictionary<string, int> _uses = [];
    private bool _writing;
    private bool _taken;
    private bool _closed;
    private long _inFlightSince;

    public Subscriber(HubConnectionContext connection, WatchingParts parts)
    {
        (_connection, _parts) = (connection, parts);
        Pushes = new WatchList(parts.Board);
        _message = new PendingUpdatesMessage(this);
    }

    public string ConnectionId => _connection.ConnectionId;

    public WatchList Pushes { get; }

    /// <summary>Registers the watches; their snapshots are read later, when they are written.</summary>
    /// <exception cref="HubException">The connection would watch too many tours.</exception>
    public void Watch(IReadOnlyCollection<string> tourIds)
    {
        lock (_gate)
        {
            if (_closed) return;
            Reserve(tourIds);
            foreach (var tourId in tourIds) Enter(tourId);
        }
    }

    /// <summary>Watches one tour, as its viewer.</summary>
    /// <exception cref="HubException">The connection would watch too many tours.</exception>
    public void WatchAsViewer(string tourId)
    {
        lock (_gate)
        {
            if (_closed) return;
            Reserve([tourId]);
            var watch = Enter(tourId);
            if (watch.IsViewer) return;
            watch.IsViewer = true;
            _parts.Presence.Joined(Viewer(tourId));
        }
    }

    public void Unwatch(IReadOnlyCollection<string> tourIds)
    {
        lock (_gate)
        {
            foreach (var tourId in tourIds)
                if (Pushes.Remove(tourId, out var watch)) Leave(watch);
        }
    }

    /// <exception cref="HubException">The connection would watch too many tours.</exception>
    public StreamWatcher OpenStream(IReadOnlyCollection<string> tourIds)
    {
        lock (_gate)
        {
            var stream = new StreamWatcher(_parts.Board);
            if (_closed) return stream;
            Reserve(tourIds);
            if (_streams.Count == HubContract.MaxWatchedPerConnection)
                throw new HubException($"A connection can have at most {HubContract.MaxWatchedPerConnection} streams.");
            _streams.Add(stream);
            foreach (var tourId in tourIds)
                if (stream.Tours.Add(stream, tourId, snapshotPendingSince: null, out var watch)) Enter(watch);
            return stream;
        }
    }

    public void CloseStream(StreamWatcher stream)
    {
        lock (_gate)
        {
            if (!_streams.Remove(stream)) return;
            foreach (var watch in stream.Tours.RemoveAll()) Leave(watch);
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var watch in _streams.SelectMany(stream => stream.Tours.RemoveAll()).Concat(Pushes.RemoveAll())) Leave(watch);
            _streams.Clear();
        }
    }

    public void MarkDirty(TourWatch watch)
    {
        if (Pushes.Mark(watch)) FlushIfIdle();
        else _parts.Metrics.Conflated.Add(1);
    }

    public void MarkViewersDirty(TourWatch watch, byte[] frame)
    {
        if (Pushes.Mark(watch, frame)) FlushIfIdle();
    }

    public void Post(byte[] frame)
    {
        lock (_gate)
        {
            _posts.Enqueue(frame);
            if (_posts.Count > MaxWaitingPosts) _posts.Dequeue();
        }
        FlushIfIdle();
    }

    /// <summary>Takes new states, and frames to write as they are. Called under the connection's write lock.</summary>
    public void TakeNews(List<ShownDeparture> departures, List<byte[]> frames)
    {
        _taken = true;
        Pushes.TakeNews(departures, frames);
        lock (_gate)
        {
            frames.AddRange(_posts);
            _posts.Clear();
        }
    }

    /// <summary>Called once a second: ends waits (of half a second) for snapshots never written; closes a connection that accepts nothing.</summary>
    public bool Check(TimeSpan slowAfter)
    {
        if (Pushes.ReleaseOverdueSnapshots(pendingBefore: _parts.Milliseconds - 500)) FlushIfIdle();
        var since = Volatile.Read(ref _inFlightSince);
        if (since == 0 || _parts.Milliseconds - since < slowAfter.TotalMilliseconds) return true;
        Volatile.Write(ref _inFlightSince, 0);
        AskToReconnect();
        return false;
    }

    /// <summary>Closes the connection with a message that tells the client to reconnect.</summary>
    public void AskToReconnect() => _connection.AskToReconnect();

    private void FlushIfIdle()
    {
        lock (_gate)
        {
            if (_writing || _closed) return;
            _writing = true;
        }
        Write();
    }

    private void Write()
    {
        _taken = false;
        var write = _connection.WriteAsync(_message);
        if (write.IsCompletedSuccessfully)
        {
            WriteOn();
            return;
        }
        Volatile.Write(ref _inFlightSince, Math.Max(1, _parts.Milliseconds));
        _ = FinishAsync(write);
    }

    private async Task FinishAsync(ValueTask write)
    {
        await write; // SignalR reports a failed write by ending the connection, not by throwing
        Volatile.Write(ref _inFlightSince, 0);
        WriteOn();
    }

    private void WriteOn()
    {
        lock (_gate)
        {
            // SignalR silently drops what is written to a connection that is ending: retrying would never end.
            if (!_taken) return;
            _writing = !_closed && (_posts.Count > 0 || Pushes.HasNews);
            if (!_writing) return;
        }
        // The rest goes out on another thread, so that this one can serve other connections.
        ThreadPool.UnsafeQueueUserWorkItem(static subscriber => subscriber.Write(), this, preferLocal: false);
    }

    private void Reserve(IReadOnlyCollection<string> tourIds)
    {
        var total = _uses.Count + tourIds.Distinct().Count(id => !_uses.ContainsKey(id));
        if (total <= HubContract.MaxWatchedPerConnection) return;
        _parts.Metrics.Refused(RefusalReason.WatchedTours);
        throw new HubException(
            $"A connection can watch at most {HubContract.MaxWatchedPerConnection} tours; this call would make it {total}. Unwatch some first.");
    }

    private TourWatch Enter(string tourId)
    {
        if (Pushes.Add(this, tourId, _parts.Milliseconds, out var watch)) Enter(watch);
        return watch;
    }

    private void Enter(TourWatch watch)
    {
        _uses[watch.TourId] = _uses.GetValueOrDefault(watch.TourId) + 1;
        _parts.FanOut.Add(watch);
        _parts.Metrics.Watches.Add(1);
    }

    private void Leave(TourWatch watch)
    {
        _parts.FanOut.Remove(watch);
        _parts.Metrics.Watches.Add(-1);
        var uses = _uses[watch.TourId] - 1;
        if (uses > 0) _uses[watch.TourId] = uses;
        else _uses.Remove(watch.TourId);
        if (watch.IsViewer) _parts.Presence.Left(Viewer(watch.TourId));
    }

    private Viewer Viewer(string tourId) => new(tourId, _connection.UserIdentifier ?? "");
}
