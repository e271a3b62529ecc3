using System.Diagnostics;
using StackExchange.Redis;

namespace RealtimeTours.Platform.Redis;

/// <summary>The one connection of this process to Redis: commands and subscriptions share it. It reconnects by itself.</summary>
public sealed class RedisConnection(string url) : IAsyncDisposable
{
    // Lost connections are tried again every second; a node whose turn comes late listens again within this.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    // Made at first use, so that a host can be built and report its readiness before Redis is up; connecting never throws (AbortOnConnectFail is off).
    private readonly Lock _gate = new();
    private Task<ConnectionMultiplexer>? _connection;
    private long _restored;

    /// <summary>The connection was made, once; for what wants to see its commands. Subscribe before the first use.</summary>
    internal event Action<IConnectionMultiplexer>? Connected;

    /// <summary>How long one command may take before Redis counts as away. Whoever waits for one limits it to this: the client's async calls have no limit of their own.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Redis has just come back: other nodes may not listen again yet, and what is published now may miss them.</summary>
    public bool IsSettling => Volatile.Read(ref _restored) is > 0 and var restored && Stopwatch.GetElapsedTime(restored) < Settling;

    public async ValueTask<IDatabase> DatabaseAsync() => (await MultiplexerAsync()).GetDatabase();

    public async ValueTask<ISubscriber> SubscriberAsync() => (await MultiplexerAsync()).GetSubscriber();

    /// <summary>The multiplexer, for its connection events.</summary>
    public async ValueTask<ConnectionMultiplexer> MultiplexerAsync()
    {
        Task<ConnectionMultiplexer> connection;
        lock (_gate) connection = _connection ??= ConnectAsync();
        return await connection;
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection) await (await connection).CloseAsync();
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var options = RedisAddress.Parse(url);
        options.SyncTimeout = (int)Patience.TotalMilliseconds;
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(options);
        multiplexer.ConnectionRestored += (_, _) => Volatile.Write(ref _restored, Stopwatch.GetTimestamp());
        Connected?.Invoke(multiplexer);
        return multiplexer;
    }
}
