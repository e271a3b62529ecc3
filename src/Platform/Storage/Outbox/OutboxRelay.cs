using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Platform.Storage.Outbox;

/// <summary>
/// Outbox relay: publishes the events of its shards, at least once and in commit order. They are handed to the broker one by one, and wait for their
/// publisher confirms together. After a failure none is handed over until all have ended; then it resumes with the first unconfirmed event.
/// </summary>
internal sealed partial class OutboxRelay(
    OutboxTable table, OutboxLease lease, OutboxWakeUp wakeUp, OutboxDeleter deleter, OutboxSettings settings, IEventBus bus,
    StorageReadiness readiness, StorageMetrics metrics, TimeProvider time, ILogger<OutboxRelay> logger) : BackgroundService
{
    private static readonly TimeSpan BackoffOfARejectedEvent = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _slots = new(settings.MaxInFlight);
    private readonly ConcurrentQueue<long> _failed = new();
    // A rejected event is passed by those behind it: it must not block its shard for ever.
    private readonly ConcurrentQueue<(long Position, DateTimeOffset Until)> _rejected = new();
    private readonly OutboxCursor _cursor = new(time);
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
        var deleting = deleter.RunAsync();
        while (!stoppingToken.IsCancellationRequested)
        {
            if (!await TryOnceAsync(stoppingToken)) await wakeUp.WaitAsync(settings.Poll, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        // A graceful stop: events in flight end (the bus limits the time), other processes take over the rest at once.
        await AllEndedAsync();
        deleter.Complete();
        await deleting;
        await TryAsync(lease.GiveUpAsync);
    }

    private async Task<bool> TryOnceAsync(CancellationToken stoppingToken)
    {
        try
        {
            return await OnceAsync(stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            if (!_databaseAway) LogDatabaseAway(logger, e.Message);
            _databaseAway = true;
        }
        catch (OperationCanceledException) // stopping
        {
        }
        return false;
    }

    /// <returns>True if there may be more.</returns>
    private async Task<bool> OnceAsync(CancellationToken stoppingToken)
    {
        if (!_failed.IsEmpty) await StepBackAsync(stoppingToken);
        if (!bus.CanPublish)
        {
            await TryAsync(lease.GiveUpAsync);
            return false;
        }
        if (lease.IsDue && await lease.KeepAsync(busy: true))
        {
            await AllEndedAsync();
            await lease.KeepAsync(busy: false);
        }
        if (lease.Owned == 0) return false;
        var rows = await ReadAsync(stoppingToken);
        foreach (var row in rows)
        {
            if (await TryHandOverAsync(row, stoppingToken)) continue;
            _cursor.Rewind();
            return true;
        }
        return rows.Count == settings.MaxInFlight;
    }

    private async Task<IReadOnlyList<OutboxRow>> ReadAsync(CancellationToken stoppingToken)
    {
        deleter.ForgetDeleted();
        while (_rejected.TryPeek(out var first) && first.Until < time.GetUtcNow() && _rejected.TryDequeue(out _)) GiveBack(first.Position);
        var shards = lease.Owned;
        var rows = await table.ReadAsync(shards, _cursor.Begin(shards), deleter.Taken, settings.MaxInFlight, stoppingToken);
        _cursor.End(rows, complete: rows.Count < settings.MaxInFlight);
        if (_databaseAway) LogDatabaseBack(logger);
        _databaseAway = false;
        return rows;
    }

    /// <returns>False if nothing may be handed over now.</returns>
    private async Task<bool> TryHandOverAsync(OutboxRow row, CancellationToken stoppingToken)
    {
        await TakeSlotAsync(stoppingToken);
        if (!_failed.IsEmpty || lease.Owned == 0) // another process may publish them by now
        {
            _slots.Release();
            return false;
        }
        deleter.Take(row);
        Task confirm;
        try
        {
            confirm = await bus.HandOverAsync(row.ToEvent());
        }
        catch (Exception e)
        {
            confirm = Task.FromException(e);
        }
        _ = EndAsync(row, confirm);
        return true;
    }

    private async Task EndAsync(OutboxRow row, Task confirm)
    {
        try
        {
            await confirm;
            metrics.Sent(time.GetUtcNow() - row.CreatedAt);
            deleter.Published(row);
            if (_busAway) LogBusBack(logger);
            _busAway = false;
        }
        catch (EventBusUnavailableException e)
        {
            metrics.Failed();
            _failed.Enqueue(row.Position);
            if (!_busAway) LogBusAway(logger, e.Message);
            _busAway = true;
        }
        catch (Exception e)
        {
            metrics.Failed();
            _rejected.Enqueue((row.Position, time.GetUtcNow() + BackoffOfARejectedEvent));
            LogRejected(logger, e, row.EventType, row.EventId);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task StepBackAsync(CancellationToken stoppingToken)
    {
        await AllEndedAsync();
        await TryAsync(lease.GiveUpAsync); // another process may reach the broker
        await Task.Delay(settings.Backoff, stoppingToken);
        while (_failed.TryDequeue(out var position)) GiveBack(position);
    }

    private void GiveBack(long position)
    {
        deleter.GiveBack(position);
        _cursor.Rewind();
    }

    private async Task AllEndedAsync()
    {
        for (var i = 0; i < settings.MaxInFlight; i++) await TakeSlotAsync(CancellationToken.None);
        _slots.Release(settings.MaxInFlight);
    }

    // Renews the lease while a slow broker delays the wait.
    private async Task TakeSlotAsync(CancellationToken stoppingToken)
    {
        while (!await _slots.WaitAsync(lease.RenewEvery, stoppingToken))
            if (lease.IsDue) await TryAsync(() => lease.KeepAsync(busy: true));
    }

    // If the database does not answer, the lease lapses.
    private static async Task TryAsync(Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (Exception) // the next poll reports that the database is unavailable
        {
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
