using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Redis;
using StackExchange.Redis;

namespace RealtimeTours.Platform.Backplane;

/// <summary>
/// Who of this node listens to which channel. The first member of a channel subscribes this node to it, the last one to go unsubscribes; the steps
/// of one channel run one after the other, and each looks at the members as they are then, so that no quick coming and going can end in the wrong state.
/// </summary>
/// <remarks>
/// StackExchange.Redis remembers what is subscribed from the call on and subscribes again after every reconnect, so a step that Redis does not confirm
/// counts as made. 1.2.6 calls the handlers of all channels in the order of arrival; from 2.x on that takes its ChannelMessageQueue in place of the handler.
/// </remarks>
internal sealed class RedisSubscriptions(RedisConnection redis, TimeSpan timeout, ILogger logger, Action<string, IReadOnlyDictionary<string, LocalConnection>, byte[]> received)
{
    private static readonly Dictionary<string, LocalConnection> Nobody = [];
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, Audience> _audiences = new(StringComparer.Ordinal);

    /// <summary>Channels that are subscribed or about to be.</summary>
    public int Count => _audiences.Count;

    public IReadOnlyDictionary<string, LocalConnection> Members(string channel) =>
        _audiences.TryGetValue(channel, out var audience) ? audience.Members : Nobody;

    /// <summary>Completes when Redis delivers the channel to this node, or, while it is away, when it has had its time.</summary>
    public Task JoinAsync(string channel, LocalConnection connection)
    {
        lock (_gate)
        {
            var audience = _audiences.GetOrAdd(channel, NewAudience);
            var first = audience.Members.IsEmpty;
            audience.Members[connection.Id] = connection;
            if (first) audience.LastStep = StepAsync(audience.LastStep, channel, audience);
            return audience.LastStep;
        }
    }

    /// <summary>From now on the connection gets nothing of the channel.</summary>
    public void Leave(string channel, LocalConnection connection)
    {
        lock (_gate)
        {
            if (!_audiences.TryGetValue(channel, out var audience) || !audience.Members.TryRemove(connection.Id, out _)) return;
            if (audience.Members.IsEmpty) audience.LastStep = StepAsync(audience.LastStep, channel, audience);
        }
    }

    /// <summary>Subscribes this node for as long as it lives.</summary>
    public Task ListenAsync(string channel, Action<byte[]> handler) => SetAsync(channel, (_, message) => handler(message!), subscribed: true);

    public void Close(params string[] listened)
    {
        lock (_gate)
        {
            foreach (var (channel, audience) in _audiences)
            {
                audience.Members.Clear();
                audience.LastStep = StepAsync(audience.LastStep, channel, audience);
            }
        }
        foreach (var channel in listened) _ = SetAsync(channel, handler: null, subscribed: false);
    }

    private Audience NewAudience(string channel)
    {
        var audience = new Audience();
        audience.Handler = (_, message) => received(channel, audience.Members, message!);
        return audience;
    }

    private async Task StepAsync(Task before, string channel, Audience audience)
    {
        await before;
        var wanted = !audience.Members.IsEmpty;
        if (wanted != audience.Subscribed)
        {
            audience.Subscribed = wanted;
            BackplaneMetrics.Subscriptions.Add(wanted ? 1 : -1);
            await SetAsync(channel, audience.Handler, wanted);
        }
        if (wanted) return;
        lock (_gate)
        {
            if (audience.Members.IsEmpty) _audiences.TryRemove(new KeyValuePair<string, Audience>(channel, audience));
        }
    }

    private async Task SetAsync(string channel, Action<RedisChannel, RedisValue>? handler, bool subscribed)
    {
        try
        {
            var subscriber = await redis.SubscriberAsync();
            var name = RedisChannels.Literal(channel);
            if (!subscribed) await subscriber.UnsubscribeAsync(name, handler).WaitAsync(timeout);
            else if (!await SubscribeAsync(subscriber, name, handler!)) RedisLog.NotSubscribed(logger, channel);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            if (subscribed) RedisLog.NotSubscribed(logger, channel);
        }
    }

    // False when Redis is away. While only the connection for subscriptions is still being made, StackExchange.Redis fails or even completes at once,
    // and subscribes right after; then a ping on that connection, which keeps order, tells when it has.
    private async Task<bool> SubscribeAsync(ISubscriber subscriber, RedisChannel name, Action<RedisChannel, RedisValue> handler)
    {
        try
        {
            await subscriber.SubscribeAsync(name, handler).WaitAsync(timeout);
            if (subscriber.SubscribedEndpoint(name) is not null) return true;
        }
        catch (RedisConnectionException)
        {
            // noted all the same
        }

        for (var until = Environment.TickCount64 + timeout.TotalMilliseconds; Environment.TickCount64 < until && subscriber.Multiplexer.IsConnected;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
            try
            {
                await subscriber.PingAsync().WaitAsync(timeout);
                if (subscriber.SubscribedEndpoint(name) is not null) return true;
            }
            catch (RedisConnectionException)
            {
                // not there yet
            }
        }
        return false;
    }

    private sealed class Audience
    {
        public ConcurrentDictionary<string, LocalConnection> Members { get; } = new(StringComparer.Ordinal);

        public Action<RedisChannel, RedisValue> Handler { get; set; } = null!;

        public Task LastStep { get; set; } = Task.CompletedTask;

        public bool Subscribed { get; set; }
    }
}
