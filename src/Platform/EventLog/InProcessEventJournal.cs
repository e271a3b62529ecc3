using System.Threading.Channels;
using Dapper;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.InProcess;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Platform.EventLog;

/// <summary>Without a broker: writes the event log and unhandled deliveries in batches. Publishers wait for the commit, consumers do not.</summary>
internal sealed partial class InProcessEventJournal(Database database, StorageReadiness readiness, ILogger<InProcessEventJournal> logger)
    : IEventJournal, IAsyncDisposable
{
    private const int MaxBatch = 500;
    // Collects a batch: in SQLite each commit needs the writer lock and an fsync.
    private static readonly TimeSpan BatchWindow = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(5);

    private readonly Channel<Note> _notes = Channel.CreateUnbounded<Note>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public void Start(Func<string, OutgoingEvent, bool> redeliver) => _running = Task.Run(() => RunAsync(redeliver));

    public Task RecordAsync(OutgoingEvent message, IReadOnlyList<string> consumers)
    {
        if (LoggedEvent.Read(message.Body.Span) is not { } logged || logged.EventId != message.EventId) return Task.CompletedTask;
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _notes.Writer.TryWrite(new Note(logged, consumers, message.EventId, written)) ? written.Task : Task.FromException(Ended());
    }

    public void Settled(string consumer, string eventId) => _notes.Writer.TryWrite(new Note(null, [consumer], eventId, null));

    public async ValueTask DisposeAsync()
    {
        _notes.Writer.TryComplete();
        _stopping.CancelAfter(StopWithin);
        await _running;
    }

    private async Task RunAsync(Func<string, OutgoingEvent, bool> redeliver)
    {
        var batch = new List<Note>(MaxBatch);
        try
        {
            await readiness.WhenReady(_stopping.Token);
            while (!await RedeliverAsync(redeliver)) await Task.Delay(RetryAfter, _stopping.Token);
            while (await _notes.Reader.WaitToReadAsync(_stopping.Token))
            {
                if (!_notes.Reader.Completion.IsCompleted) await Task.Delay(BatchWindow, _stopping.Token);
                batch.Clear();
                while (batch.Count < MaxBatch && _notes.Reader.TryRead(out var note)) batch.Add(note);
                await WriteAsync(batch);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            while (_notes.Reader.TryRead(out var note)) note.Written?.TrySetException(Ended());
        }
    }

    /// <summary>Runs before anything is written, so that it finds what the previous process left and nothing of this one.</summary>
    private async Task<bool> RedeliverAsync(Func<string, OutgoingEvent, bool> redeliver)
    {
        try
        {
            await using var connection = await database.OpenAsync(_stopping.Token);
            var left = (await connection.QueryAsync<LeftDelivery>("""
                SELECT p.consumer AS Consumer, l.event_id AS EventId, l.event_type AS EventType, l.correlation_id AS CorrelationId, l.body AS Body
                FROM pending_deliveries p JOIN event_log l ON l.event_id = p.event_id ORDER BY l.occurred_at, l.event_id
                """)).AsList();
            foreach (var delivery in left)
                if (!redeliver(delivery.Consumer, delivery.ToEvent())) Settled(delivery.Consumer, delivery.EventId);
            if (left.Count > 0) LogRedelivered(logger, left.Count);
            return true;
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            LogFailed(logger, e.Message);
            return false;
        }
    }

    // If a batch fails, its publishers get the error and retry; its settled deliveries go into the next batch.
    private async Task WriteAsync(List<Note> batch)
    {
        try
        {
            // An event can be there twice: published again by a relay, or left by the previous process. Once handled, no copy of it is pending.
            var settled = batch.Where(note => note.Logged is null).Select(note => (Consumer: note.Consumers[0], note.EventId)).ToHashSet();
            var pending = batch.Where(note => note.Logged is not null)
                .SelectMany(note => note.Consumers, (note, consumer) => (Consumer: consumer, note.EventId))
                    .Where(delivery => !settled.Contains(delivery)).ToArray();
            var events = batch.Select(note => note.Logged).OfType<LoggedEvent>().ToArray();
            await database.InTransactionAsync(async transaction =>
            {
                await EventLogTable.InsertAsync(transaction, events);
                foreach (var (consumer, eventId) in pending)
                    await transaction.ExecuteAsync(
                        "INSERT INTO pending_deliveries (consumer, event_id) VALUES (@consumer, @eventId) ON CONFLICT DO NOTHING",
                        new { consumer, eventId });
                foreach (var done in settled.GroupBy(delivery => delivery.Consumer, delivery => delivery.EventId))
                    await transaction.ExecuteAsync(
                        $"DELETE FROM pending_deliveries WHERE consumer = @consumer AND event_id {transaction.Dialect.IsOneOf("ids")}",
                        new { consumer = done.Key, ids = done.ToArray() });
            }, _stopping.Token);
            foreach (var note in batch) note.Written?.TrySetResult();
        }
        catch (Exception e)
        {
            if (!_stopping.IsCancellationRequested) LogFailed(logger, e.Message);
            foreach (var note in batch)
            {
                note.Written?.TrySetException(new EventBusUnavailableException("The event could not be written to the event log.", e));
                if (note.Logged is null) _notes.Writer.TryWrite(note);
            }
            await Task.Delay(RetryAfter, _stopping.Token);
        }
    }

    private static EventBusUnavailableException Ended() => new("The event log has been closed.");

    /// <param name="Logged">Null in a note that a consumer has settled the event.</param>
    private sealed record Note(LoggedEvent? Logged, IReadOnlyList<string> Consumers, string EventId, TaskCompletionSource? Written);

    private sealed class LeftDelivery
    {
        public string Consumer { get; set; } = "";
        public string EventId { get; set; } = "";
        public string EventType { get; set; } = "";
        public string? CorrelationId { get; set; }
        public string Body { get; set; } = "";

        public OutgoingEvent ToEvent() =>
            new LoggedEvent { EventId = EventId, EventType = EventType, CorrelationId = CorrelationId, Body = Body }.ToEvent();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} events that the last process left unhandled are delivered again")]
    private static partial void LogRedelivered(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The event log cannot be written or read, trying again: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
