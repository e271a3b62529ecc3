using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Platform.Storage;

/// <summary>
/// Publishes what the outbox holds, at least once: what this process committed at once from memory, and by a poll whatever a claim lapsed on
/// (a process that died, a publish that failed). Many are in flight together, so their order is not promised; versions order states.
/// </summary>
internal sealed partial class OutboxRelay(
    Outbox outbox, OutboxTable table, OutboxSettle settle, OutboxSettings settings, IEventBus bus,
    StorageReadiness readiness, StorageMetrics metrics, TimeProvider time, ILogger<OutboxRelay> logger) : BackgroundService
{
    private const int ClaimedAtOnce = 500;
    // While the bus is away a few rows at a time find out whether it is back. More than one, so that no single bad row hides that.
    private const int Probes = 8;
    private static readonly TimeSpan BackoffOfARejectedEvent = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _slots = new(settings.MaxInFlight);
    private volatile bool _busAway;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await readiness.WhenReady(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        var settling = settle.RunAsync();
        await Task.WhenAll(PublishFreshAsync(stoppingToken), PollAsync(stoppingToken));
        // A graceful stop: what is under way is finished (the bus limits its time), the rest is given to the other processes now.
        for (var i = 0; i < settings.MaxInFlight; i++) await _slots.WaitAsync(CancellationToken.None);
        while (outbox.Fresh.TryRead(out var row)) settle.Released(row, TimeSpan.Zero);
        settle.Complete();
        await settling;
    }

    private async Task PublishFreshAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var row in outbox.Fresh.ReadAllAsync(stoppingToken))
            {
                if (_busAway) settle.Released(row, settings.LongestBackoff);
                else await PublishSoonAsync(row, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    private async Task PollAsync(CancellationToken stoppingToken)
    {
        var databaseAway = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            var more = false;
            try
            {
                var limit = _busAway ? Probes : ClaimedAtOnce;
                var rows = await table.ClaimAsync(limit, stoppingToken);
                foreach (var row in rows) await PublishSoonAsync(row, stoppingToken);
                more = rows.Count == ClaimedAtOnce;
                if (databaseAway) LogDatabaseBack(logger);
                databaseAway = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!databaseAway) LogDatabaseAway(logger, e.Message);
                databaseAway = true;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            if (!more) await Task.Delay(settings.Poll, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PublishSoonAsync(OutboxRow row, CancellationToken stoppingToken)
    {
        try
        {
            await _slots.WaitAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            settle.Released(row, TimeSpan.Zero);
            throw;
        }
        _ = PublishAsync(row);
    }

    private async Task PublishAsync(OutboxRow row)
    {
        try
        {
            // Not stopped half-way: an event under way is finished, which the bus does within its own time limit.
            await bus.PublishAsync(row.ToEvent(), CancellationToken.None).WaitAsync(settings.Claim);
            metrics.Sent(time.GetUtcNow() - row.CreatedAt);
            settle.Sent(row);
            if (_busAway) LogBusBack(logger);
            _busAway = false;
        }
        catch (Exception e) when (e is EventBusUnavailableException or TimeoutException)
        {
            metrics.Failed();
            settle.Released(row, settings.LongestBackoff);
            if (!_busAway) LogBusAway(logger, e.Message);
            _busAway = true;
        }
        catch (Exception e)
        {
            metrics.Failed();
            settle.Released(row, BackoffOfARejectedEvent);
            LogRejected(logger, e, row.EventType, row.EventId);
        }
        finally
        {
            _slots.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The event bus is away; events wait in the outbox: {Reason}")]
    private static partial void LogBusAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The event bus is back; the outbox is being sent")]
    private static partial void LogBusBack(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox cannot be read: {Reason}")]
    private static partial void LogDatabaseAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The outbox can be read again")]
    private static partial void LogDatabaseBack(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "The event bus rejects {EventType} {Event}; it stays in the outbox and is tried again")]
    private static partial void LogRejected(ILogger logger, Exception exception, string eventType, string @event);
}
