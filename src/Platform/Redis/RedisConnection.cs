using System.Collections.Concurrent;
using System.Diagnostics;
using StackExchange.Redis;

namespace RealtimeTours.Platform.Redis;

/// <summary>A Redis connection of this process, shared by commands and subscriptions. It reconnects by itself.</summary>
public sealed class RedisConnection(string url) : IAsyncDisposable
{
    // Within this time all nodes have subscribed again: connections are retried every second, and the first check for a lost subscription comes one
    // second after that. The rest is for a busy machine; what nodes send each other waits for it.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    // After a new connection, subscriptions are checked at these intervals; then at the last one for as long as it lasts.
    private static readonly TimeSpan[] Checks = [.. new[] { 1, 3, 10, 30 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    // Connects at first use, so that a host starts and reports its readiness even if Redis is down.
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<RedisChannel> _channels = new();
    private Task<ConnectionMultiplexer>? _connection;
    private bool _disposed;
    private long _restored;

    // Left alone the client takes a replica where it reaches one first, stays there, and publishes there too: heard on that replica alone.
    internal const CommandFlags PubSubFlags = CommandFlags.DemandMaster;

    /// <summary>How long a command may take until <see cref="RedisTimeoutException"/>; checked once a second.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Prefix of every channel name. Pub/sub ignores database numbers: systems that share a server need different prefixes.</summary>
    public string ChannelPrefix { get; init; } = "";

    /// <summary>The connection was created, once; for observers of its commands. Subscribe before the first use.</summary>
    internal event Action<IConnectionMultiplexer>? Connected;

    /// <summary>Redis is just back: other nodes may not have subscribed again and miss what is published now.</summary>
    public bool IsSettling => Volatile.Read(ref _restored) is > 0 and var restored && Stopwatch.GetElapsedTime(restored) < Settling;

    public async ValueTask<IDatabase> DatabaseAsync() => (await MultiplexerAsync()).GetDatabase();

    public async ValueTask<ISubscriber> SubscriberAsync() => (await MultiplexerAsync()).GetSubscriber();

    public async ValueTask<ConnectionMultiplexer> MultiplexerAsync()
    {
        Task<ConnectionMultiplexer> connection;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            // Fails only if Redis cannot be located (no Sentinel answers); the next caller tries again.
            if (_connection is null or { IsFaulted: true }) _connection = ConnectAsync();
            connection = _connection;
        }
        return await connection;
    }

    /// <summary>For a library that subscribes by itself: it does so as <see cref="SubscribeAsync"/> does.</summary>
    public async Task<IConnectionMultiplexer> StandingMultiplexerAsync() =>
        RedisStandingSubscriptions<IConnectionMultiplexer>.Around(await MultiplexerAsync(), counted: false);

    /// <summary>Subscribes, also while Redis is down. Messages arrive in order, one at a time.</summary>
    /// <remarks>The client repeats it on every new connection; Redis's answer is not awaited. A second call would deliver messages twice.</remarks>
    public async Task SubscribeAsync(RedisChannel channel, Action<RedisValue> receive)
    {
        var queue = await (await SubscriberAsync()).SubscribeAsync(channel, PubSubFlags | CommandFlags.FireAndForget);
        queue.OnMessage(message => receive(message.Message));
        _channels.Enqueue(channel);
    }

    /// <summary>Whether Redis has taken every <see cref="SubscribeAsync"/> so far.</summary>
    public async ValueTask<bool> IsListeningAsync()
    {
        var subscriber = await SubscriberAsync();
        return _channels.All(channel => subscriber.SubscribedEndpoint(channel) is not null && subscriber.IsConnected(channel));
    }

    public async Task PublishAsync(RedisChannel channel, RedisValue message) =>
        await (await SubscriberAsync()).PublishAsync(channel, message, PubSubFlags);

    public async ValueTask DisposeAsync()
    {
        lock (_gate) _disposed = true;
        if (_connection is { IsFaulted: false } connection) await (await connection).DisposeAsync();
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var options = RedisAddress.Parse(url);
        // The client pings every second, and closes a connection on which nothing is answered for four of these timeouts.
        options.AsyncTimeout = options.SyncTimeout = (int)Timeout.TotalMilliseconds;
        options.HeartbeatConsistencyChecks = true;
        // While Redis is down a command fails at once. If it were queued, it would take effect when its caller no longer expects it.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        if (ChannelPrefix.Length > 0) options.ChannelPrefix = RedisChannel.Literal(ChannelPrefix);
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(options);
        multiplexer.ConnectionRestored += (_, _) =>
        {
            var restored = Stopwatch.GetTimestamp();
            Volatile.Write(ref _restored, restored);
            _ = CheckSubscriptionsAsync(multiplexer, restored);
        };
        _ = CheckSubscriptionsAsync(multiplexer, restored: 0); // the first connection may have been made before anybody listened
        Connected?.Invoke(multiplexer);
        return multiplexer;
    }

    // The client subscribes again on a new connection, but not twice: if that connection breaks meanwhile, or Redis refuses, the subscription can
    // be missing from then on, although the client counts as connected. ConfigureAsync makes those that are missing.
    private async Task CheckSubscriptionsAsync(ConnectionMultiplexer multiplexer, long restored)
    {
        for (var check = 0; ; check++)
        {
            await Task.Delay(Checks[Math.Min(check, Checks.Length - 1)]);
            if (_disposed || Volatile.Read(ref _restored) != restored) return;
            try
            {
                await multiplexer.ConfigureAsync();
            }
            catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
            {
                // away again, too slow, or closed
            }
        }
    }
}
