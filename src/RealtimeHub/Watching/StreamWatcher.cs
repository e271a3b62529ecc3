using System.Runtime.CompilerServices;
using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>One call of <c>StreamAvailability</c>: the newest state wins, as with pushes, delivered as items of a stream.</summary>
internal sealed class StreamWatcher(BoardCopy board) : IWatcher
{
    private readonly SemaphoreSlim _news = new(0, 1);
    private readonly Lock _gate = new();

    public WatchList Tours { get; } = new(board);

    public void MarkDirty(TourWatch watch)
    {
        if (!Tours.Mark(watch)) return;
        lock (_gate)
            if (_news.CurrentCount == 0) _news.Release();
    }

    // Viewer counts and alerts are sent as calls on the client, not as items of a stream.
    public void MarkViewersDirty(TourWatch watch, byte[] frame)
    {
    }

    public void Post(byte[] frame)
    {
    }

    /// <summary>The current states first. SignalR writes one item at a time, so a slow client slows only its own stream (backpressure).</summary>
    public async IAsyncEnumerable<PendingStreamItems> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Tours.MarkAll();
        while (true)
        {
            yield return new PendingStreamItems(this);
            await _news.WaitAsync(cancellationToken);
        }
    }
}
