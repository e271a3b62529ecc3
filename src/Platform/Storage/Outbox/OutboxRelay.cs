using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Platform.Storage;

/// <summary>
/// Publishes what the outbox holds in the shards this process has a lease on, at least once and in the order of the commits: a batch is handed to the broker one by one and
/// confirmed together. What was not confirmed is read again, before what came after it.
/// </summary>
internal sealed partial class OutboxRelay(
    OutboxTable table, OutboxLease lease, OutboxWakeUp wakeUp, OutboxSettle settle, OutboxSettings settings, IEventBus bus,
    StorageReadiness readiness, StorageMetrics metrics, TimeProvider time, ILogger<OutboxRelay> logger) : BackgroundService
{
    private static readonly TimeSpan BackoffOfARejectedEvent = TimeSpan.FromSeconds(30);

    // What the bus will not take is let past by the others, or it would hold up its shard for ever.
    private readonly Dictionary<long, DateTimeOffset> _rejectedUntil = [];
    private bool _busAway;
    private bool _databaseAway;

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
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = await OnceAsync(stoppingToken);
            if (pause > TimeSpan.Zero) await wakeUp.WaitAsync(pause < lease.RenewEvery ? pause : lease.RenewEvery, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        // A graceful stop: what was under way has ended, the rest is for the other processes at once.
        settle.Complete();
        await settling;
        await GiveUpAsync();
    }

    /// <returns>How long there is nothing to do, unless somebody wakes it.</returns>
    private async Task<TimeSpan> OnceAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (!bus.CanPublish)
            {
                await GiveUpAsync();
                return settings.Poll;
            }
            await lease.KeepAsync(busy: false);
            var rows = await ReadAsync(stoppingToken);
            if (_databaseAway) LogDatabaseBack(logger);
            _databaseAway = false;
            if (rows.Count == 0) return settings.Poll;
            if (await PublishAsync(rows)) return rows.Count == settings.Batch ? TimeSpan.Zero : settings.Poll;
            await GiveUpAsync();
            await Task.Delay(settings.Backoff, stoppingToken);
            return TimeSpan.Zero;
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            if (!_databaseAway) LogDatabaseAway(logger, e.Message);
            _databaseAway = true;
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
        return settings.Poll;
    }

    private async Task<IReadOnlyList<OutboxRow>> ReadAsync(CancellationToken stoppingToken)
    {
        if (lease.Held == 0) return [];
        settle.ForgetDeleted();
        var now = time.GetUtcNow();
        foreach (var (position, until) in _rejectedUntil)
            if (until < now) _rejectedUntil.Remove(position);
        var rows = await table.ReadAsync(lease.Held, settings.Batch + settle.Count + _rejectedUntil.Count, stoppingToken);
        return [.. rows.Where(row => !settle.Has(row) && !_rejectedUntil.ContainsKey(row.Position)).Take(settings.Batch)];
    }

    /// <returns>False where the bus is away.</returns>
    private async Task<bool> PublishAsync(IReadOnlyList<OutboxRow> rows)
    {
        var failures = new List<Task<Exception?>>(rows.Count);
        foreach (var row in rows)
        {
            if (lease.Held == 0) break; // it took so long that others may be at it
            failures.Add(FailureAsync(row, await HandOverAsync(row)));
            if (failures[^1] is { IsCompletedSuccessfully: true, Result: EventBusUnavailableException }) break; // none may overtake it
        }
        var all = Task.WhenAll(failures);
        while (!all.IsCompleted)
        {
            // A broker that takes its time does not cost the lease.
            await ((Task)all).WaitAsync(lease.RenewEvery).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!all.IsCompleted) await TryAsync(() => lease.KeepAsync(busy: true));
        }
        return Settle(rows.Zip(await all));
    }

    private async Task<Task> HandOverAsync(OutboxRow row)
    {
        try
        {
            return await bus.HandOverAsync(row.ToEvent());
        }
        catch (Exception e)
        {
            return Task.FromException(e);
        }
    }

    /// <returns>Null where the event was confirmed.</returns>
    private async Task<Exception?> FailureAsync(OutboxRow row, Task confirm)
    {
        try
        {
            await confirm;
            metrics.Sent(time.GetUtcNow() - row.CreatedAt);
            return null;
        }
        catch (Exception e)
        {
            metrics.Failed();
            return e;
        }
    }

    private bool Settle(IEnumerable<(OutboxRow Row, Exception? Failure)> outcomes)
    {
        Exception? away = null;
        foreach (var (row, failure) in outcomes)
        {
            if (failure is null) settle.Published(row);
            else if (failure is EventBusUnavailableException) away ??= failure;
            else
            {
                _rejectedUntil[row.Position] = time.GetUtcNow() + BackoffOfARejectedEvent;
                LogRejected(logger, failure, row.EventType, row.EventId);
            }
        }
        if (away is not null && !_busAway) LogBusAway(logger, away.Message);
        if (away is null && _busAway) LogBusBack(logger);
        _busAway = away is not null;
        return !_busAway;
    }

    private Task GiveUpAsync() => TryAsync(lease.GiveUpAsync);

    // Where the database does not answer the lease lapses.
    private static async Task TryAsync(Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (Exception)
        {
            // the next look into the outbox says that the database is away
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
