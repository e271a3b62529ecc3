using System.Diagnostics;
using StackExchange.Redis;

namespace RealtimeTours.Platform.Redis;

/// <summary>A connection of this process to Redis: commands and subscriptions share it. It reconnects by itself.</summary>
/// <param name="url">As <c>REDIS_URL</c>.</param>
public sealed class RedisConnection(string url) : IAsyncDisposable
{
    // Lost connections are tried again every second; a node whose turn comes late listens again within this.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    // Made at first use, so that a host can be built and report its readiness before Redis is up.
    private readonly Lock _gate = new();
    private Task<ConnectionMultiplexer>? _connection;
    private bool _disposed;
    private long _restored;

    /// <summary>What a command may take before it fails with a <see cref="RedisTimeoutException"/>. Looked at once a second.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Put in front of the name of every channel. Redis pub/sub does not know database numbers: systems that share a server need different ones.</summary>
    public string ChannelPrefix { get; init; } = "";

    /// <summary>The connection was made, once; for what wants to see its commands. Subscribe before the first use.</summary>
    internal event Action<IConnectionMultiplexer>? Connected;

    /// <summary>Redis has just come back: other nodes may not listen again yet, and what is published now may miss them.</summary>
    public bool IsSettling => Volatile.Read(ref _restored) is > 0 and var restored && Stopwatch.GetElapsedTime(restored) < Settling;

    public async ValueTask<IDatabase> DatabaseAsync() => (await MultiplexerAsync()).GetDatabase();

    public async ValueTask<ISubscriber> SubscriberAsync() => (await MultiplexerAsync()).GetSubscriber();

    public async ValueTask<ConnectionMultiplexer> MultiplexerAsync()
    {
        Task<ConnectionMultiplexer> connection;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            // It fails only where nobody can say where Redis is (no Sentinel answers); the next one asks again.
            if (_connection is null or { IsFaulted: true }) _connection = ConnectAsync();
            connection = _connection;
        }
        return await connection;
    }

    /// <summary>Hears the channel from now on, whether Redis is there or not. Messages come one after the other, in order.</summary>
    /// <remarks>
    /// Asked once and not waited for: the client remembers every subscription and makes it again with each new connection, also one whose first
    /// attempt timed out. Whoever asks a second time gets every message twice.
    /// </remarks>
    public async Task SubscribeAsync(RedisChannel channel, Action<RedisValue> receive)
    {
        var queue = await (await SubscriberAsync()).SubscribeAsync(channel, CommandFlags.FireAndForget);
        queue.OnMessage(message => receive(message.Message));
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate) _disposed = true;
        if (_connection is { IsFaulted: false } connection) await (await connection).DisposeAsync();
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var options = RedisAddress.Parse(url);
        // A dead way to Redis is found by what nobody answers for four of these, because of the ping that goes out each second.
        options.AsyncTimeout = options.SyncTimeout = (int)Timeout.TotalMilliseconds;
        options.HeartbeatConsistencyChecks = true;
        // Who asks while Redis is away is told so at once and decides; a command that waited would take effect when nobody expects it any more.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        if (ChannelPrefix.Length > 0) options.ChannelPrefix = RedisChannel.Literal(ChannelPrefix);
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(options);
        multiplexer.ConnectionRestored += (_, _) => Volatile.Write(ref _restored, Stopwatch.GetTimestamp());
        Connected?.Invoke(multiplexer);
        return multiplexer;
    }
}
