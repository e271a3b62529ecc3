namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>Receives a tour's changes: a connection, or one of its streams.</summary>
internal interface IWatcher
{
    /// <summary>The tour has a new state; it is read when it can be written. Never blocks.</summary>
    void MarkDirty(TourWatch watch);

    /// <summary>The tour's newest viewer count. Never blocks.</summary>
    void MarkViewersDirty(TourWatch watch, byte[] frame);

    /// <summary>A message that is sent as it is, not conflated. Never blocks.</summary>
    void Post(byte[] frame);
}

/// <summary>One watcher of one tour. The fields are guarded by the lock of the <see cref="WatchList"/> that it is in.</summary>
internal sealed class TourWatch(IWatcher watcher, string tourId)
{
    public IWatcher Watcher => watcher;

    public string TourId => tourId;

    /// <summary>The tour's change number up to which everything has been sent.</summary>
    public long Given { get; set; }

    /// <summary>Whether the tour has changes to send.</summary>
    public bool Dirty { get; set; }

    /// <summary>Since when (ms) updates wait for the snapshot to be written; null when it has been.</summary>
    public long? SnapshotPendingSince { get; set; }

    /// <summary>Whether its connection counts as a viewer of the tour. Guarded by the lock of the <see cref="Subscriber"/>.</summary>
    public bool IsViewer { get; set; }

    /// <summary>True when it has left the list; a thread that still has it does nothing.</summary>
    public bool Removed { get; set; }

    public byte[]? ViewersFrame { get; set; }
}
