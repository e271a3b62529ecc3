using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace RealtimeTours.Platform.Backplane;

/// <summary>A connection of this node, with the channels it listens to and the fan-out writes that wait for it.</summary>
internal sealed class LocalConnection(HubConnectionContext context, int maxWaitingWrites, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _channels = new(StringComparer.Ordinal);
    private bool _gone;
    private bool _closed;
    private int _waiting;

    public string Id => context.ConnectionId;

    public HubConnectionContext Context => context;

    /// <summary>
    /// Starts a write and returns at once: a browser that does not read holds up nobody else. SignalR's own write lock is first come, first served,
    /// so what is posted in order arrives in order.
    /// </summary>
    public void Post(SerializedHubMessage message)
    {
        if (Volatile.Read(ref _waiting) >= maxWaitingWrites)
        {
            if (Interlocked.Exchange(ref _closed, true)) return;
            RedisLog.SlowConnectionClosed(logger, Id, maxWaitingWrites);
            BackplaneMetrics.SlowClosed.Add(1);
            context.Abort();
            return;
        }

        try
        {
            var write = context.WriteAsync(message);
            if (write.IsCompletedSuccessfully) write.GetAwaiter().GetResult(); // a pooled task is handed back
            else _ = FinishAsync(write);
        }
        catch (Exception exception)
        {
            RedisLog.WriteFailed(logger, exception, Id);
        }
    }

    /// <summary>Joins unless the connection has ended meanwhile; completes when messages of other nodes arrive too.</summary>
    public Task JoinAsync(string channel, RedisSubscriptions subscriptions)
    {
        lock (_gate)
        {
            if (_gone) return Task.CompletedTask;
            _channels.Add(channel);
            return subscriptions.JoinAsync(channel, this);
        }
    }

    public void Leave(string channel, RedisSubscriptions subscriptions)
    {
        lock (_gate)
        {
            if (_channels.Remove(channel)) subscriptions.Leave(channel, this);
        }
    }

    /// <summary>Leaves everything; a join that comes later does nothing.</summary>
    public void End(RedisSubscriptions subscriptions)
    {
        lock (_gate)
        {
            _gone = true;
            foreach (var channel in _channels) subscriptions.Leave(channel, this);
            _channels.Clear();
        }
    }

    private async Task FinishAsync(ValueTask write)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await write;
        }
        catch (Exception exception)
        {
            RedisLog.WriteFailed(logger, exception, Id);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
