using RealtimeTours.Platform.Redis;
using StackExchange.Redis;

namespace RealtimeTours.RealtimeHub;

/// <summary>Subscribes to a channel, however long Redis takes to appear.</summary>
internal static class RedisSubscribing
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    public static async Task KeepTryingAsync(
        RedisConnection redis, RedisChannel channel, Action<RedisValue> receive, ILogger logger, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await (await redis.SubscriberAsync()).SubscribeAsync(channel, (_, value) => receive(value)).WaitAsync(redis.Patience, cancellationToken);
                return;
            }
            catch (Exception e) when (e is RedisException or TimeoutException)
            {
                HubLog.SubscribeFailed(logger, channel!, e.Message);
            }
            await Task.Delay(Retry, cancellationToken);
        }
    }
}
