using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace RealtimeTours.Platform.Storage.Outbox;

/// <summary>
/// Knows which rows are in the relay's hands, and deletes those the broker confirmed, many in one statement: the publishing itself never waits for it.
/// </summary>
internal sealed partial class OutboxDeleter(OutboxTable table, ILogger<OutboxDeleter> logger)
{
    private const int MaxBatch = 500;
    // A moment to gather: nobody waits for it, and in SQLite each statement takes the writer's turn and a sync of the disk.
    private static readonly TimeSpan BatchWindow = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);
    private const int TriesAfterStop = 4;

    private readonly Channel<long> _confirmed = Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentQueue<long> _deleted = new();
    private readonly ConcurrentDictionary<long, bool> _taken = new();
    private volatile bool _stopping;

    /// <summary>The rows in hand: no look into the table needs them.</summary>
    public long[] Taken => [.. _taken.Keys];

    public void Take(OutboxRow row) => _taken[row.Position] = true;

    /// <summary>It is to be published once more.</summary>
    public void GiveBack(long position) => _taken.TryRemove(position, out _);

    public void Published(OutboxRow row) => _confirmed.Writer.TryWrite(row.Position);

    /// <summary>Between two looks into the table, not during one: what is forgotten here, the next one no longer finds.</summary>
    public void ForgetDeleted()
    {
        while (_deleted.TryDequeue(out var position)) GiveBack(position);
    }

    /// <summary>No more will come; <see cref="RunAsync"/> ends when all is written.</summary>
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

    // While the database is away the rows wait here; were they dropped, the events would be published once more.
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
