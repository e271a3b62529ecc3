using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace RealtimeTours.Platform.Storage.Outbox;

/// <summary>Knows the rows in flight, and deletes confirmed ones in batches, for which publishing never waits.</summary>
internal sealed partial class OutboxDeleter(OutboxTable table, ILogger<OutboxDeleter> logger)
{
    private const int MaxBatch = 500;
    // Collects a batch: nothing waits for it, and in SQLite each statement needs the writer lock and an fsync.
    private static readonly TimeSpan BatchWindow = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);
    private const int TriesAfterStop = 4;

    private readonly Channel<long> _confirmed = Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentQueue<long> _deleted = new();
    private readonly ConcurrentDictionary<long, bool> _taken = new();
    private volatile bool _stopping;

    /// <summary>The rows in flight, which a poll leaves out.</summary>
    public long[] Taken => [.. _taken.Keys];

    public void Take(OutboxRow row) => _taken[row.Position] = true;

    /// <summary>The event is to be published again.</summary>
    public void GiveBack(long position) => _taken.TryRemove(position, out _);

    public void Published(OutboxRow row) => _confirmed.Writer.TryWrite(row.Position);

    /// <summary>Call it between two polls: one in progress may still return a deleted row.</summary>
    public void ForgetDeleted()
    {
        while (_deleted.TryDequeue(out var position)) GiveBack(position);
    }

    /// <summary>No more rows come; <see cref="RunAsync"/> ends when all are deleted.</summary>
    public void Complete()
    {
        _stopping = true;
        _confirmed.Writer.TryComplete();
    }

    public async Task RunAsync()
    {
        var batch = new List<long>(MaxBatch);
        while (await _confirmed.Reader.WaitToReadAsync())
        {
            if (!_stopping) await Task.Delay(BatchWindow);
            batch.Clear();
            while (batch.Count < MaxBatch && _confirmed.Reader.TryRead(out var position)) batch.Add(position);
            await DeleteAsync(batch);
            foreach (var position in batch) _deleted.Enqueue(position);
        }
    }

    // During an outage of the database the rows wait here: if they were dropped, their events would be published again.
    private async Task DeleteAsync(IReadOnlyList<long> positions)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                await table.DeleteAsync(positions, CancellationToken.None);
                return;
            }
            catch (Exception e)
            {
                if (failures == 0) LogFailed(logger, positions.Count, e.Message);
                if (_stopping && failures >= TriesAfterStop) return;
                await Task.Delay(RetryAfter);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} published events could not be taken out of the outbox yet: {Reason}")]
    private static partial void LogFailed(ILogger logger, int count, string reason);
}
