using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace RealtimeTours.Platform.Storage;

/// <summary>Writes down what became of published events, many rows in one statement: the publishing itself never waits for it.</summary>
internal sealed partial class OutboxSettle(OutboxTable table, ILogger<OutboxSettle> logger)
{
    private const int MaxBatch = 500;
    // A moment to gather: nobody waits for the mark, and in SQLite each statement takes the writer's turn and a sync of the disk.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);
    private const int TriesAfterStop = 4;

    private readonly Channel<Outcome> _outcomes = Channel.CreateUnbounded<Outcome>(new UnboundedChannelOptions { SingleReader = true });
    private volatile bool _stopping;

    public void Sent(OutboxRow row) => _outcomes.Writer.TryWrite(new Outcome(row.EventId, null));

    /// <summary>The event is not out; it may be tried again after <paramref name="backoff"/>.</summary>
    public void Released(OutboxRow row, TimeSpan backoff) => _outcomes.Writer.TryWrite(new Outcome(row.EventId, backoff));

    /// <summary>No more will come; <see cref="RunAsync"/> ends when all is written.</summary>
    public void Complete()
    {
        _stopping = true;
        _outcomes.Writer.TryComplete();
    }

    public async Task RunAsync()
    {
        var batch = new List<Outcome>(MaxBatch);
        while (await _outcomes.Reader.WaitToReadAsync())
        {
            if (!_stopping) await Task.Delay(Gather);
            batch.Clear();
            while (batch.Count < MaxBatch && _outcomes.Reader.TryRead(out var outcome)) batch.Add(outcome);
            foreach (var alike in batch.GroupBy(outcome => outcome.Backoff)) await WriteAsync(alike.Key, alike.Select(outcome => outcome.EventId).ToArray());
        }
    }

    // While the database is away the ids wait here; were they dropped, the events would only be published once more when their claim lapses.
    private async Task WriteAsync(TimeSpan? backoff, string[] ids)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                if (backoff is null) await table.MarkSentAsync(ids, CancellationToken.None);
                else await table.ReleaseAsync(ids, backoff.Value, CancellationToken.None);
                return;
            }
            catch (Exception e)
            {
                if (failures == 0) LogFailed(logger, ids.Length, e.Message);
                if (_stopping && failures >= TriesAfterStop) return;
                await Task.Delay(RetryAfter);
            }
        }
    }

    /// <param name="Backoff">Null for an event that was sent.</param>
    private readonly record struct Outcome(string EventId, TimeSpan? Backoff);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The fate of {Count} outbox rows could not be written yet: {Reason}")]
    private static partial void LogFailed(ILogger logger, int count, string reason);
}
