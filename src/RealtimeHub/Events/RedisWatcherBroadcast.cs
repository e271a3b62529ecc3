using System.Text.Json;
using RealtimeTours.Platform.Redis;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Telemetry;
using RealtimeTours.RealtimeHub.Watching;
using StackExchange.Redis;

namespace RealtimeTours.RealtimeHub.Events;

/// <summary>One pub/sub channel that all nodes subscribe to; a node sends to its own watchers without Redis.</summary>
internal sealed class RedisWatcherBroadcast(RedisConnection redis, RedisKeys keys, FanOut fanOut, ILogger<RedisWatcherBroadcast> logger)
    : IWatcherBroadcast
{
    private readonly string _node = Guid.NewGuid().ToString("N");

    private RedisChannel Channel => RedisChannel.Literal(keys.WatcherChannel);

    public async Task PublishAsync(WatcherMessage message, CancellationToken cancellationToken)
    {
        var text = JsonSerializer.Serialize(new Letter(_node, message), WireJson.Options);
        await redis.PublishAsync(Channel, text).WaitAsync(cancellationToken);
        fanOut.Post(message.TourId, message.Method, message.Argument);
    }

    public Task ListenAsync(CancellationToken cancellationToken) => redis.SubscribeAsync(Channel, Receive);

    private void Receive(RedisValue value)
    {
        try
        {
            var letter = JsonSerializer.Deserialize<Letter>((string)value!, WireJson.Options)!;
            if (letter.Node != _node) fanOut.Post(letter.Message.TourId, letter.Message.Method, letter.Message.Argument);
        }
        catch (JsonException e)
        {
            HubLog.UnreadableMessage(logger, keys.WatcherChannel, e.Message);
        }
    }

    private sealed record Letter(string Node, WatcherMessage Message);
}
