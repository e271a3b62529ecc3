namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>Whoever shows a tour: a connection's pushes, or one of its streams.</summary>
internal interface IWatcher
{
    /// <summary>The tour has something new; it is read when there is room to write it. Never blocks.</summary>
    void MarkDirty(TourWatch watch);

    /// <summary>The tour's newest viewer count. Never blocks.</summary>
    void MarkViewersDirty(TourWatch watch, byte[] frame);

    /// <summary>A message that is not state and is not conflated. Never blocks.</summary>
    void Post(byte[] frame);
}

/// <summary>One watcher's interest in one tour. Its fields belong to the <see cref="WatchList"/> it is in.</summary>
internal sealed class TourWatch(IWatcher watcher, string tourId)
{
    public IWatcher Watcher => watcher;

    public string TourId => tourId;

    /// <summary>The tour's change number up to which the watcher has been given everything.</summary>
    public long Given { get; set; }

    /// <summary>Waits in the list of tours with something new.</summary>
    public bool Dirty { get; set; }

    /// <summary>Since when (ms) updates are held back because the snapshot is still on its way; null when it has been written.</summary>
    public long? SnapshotPendingSince { get; set; }

    /// <summary>No longer in the list; who still has it in hand does nothing.</summary>
    public bool Removed { get; set; }

    public byte[]? ViewersFrame { get; set; }
}
