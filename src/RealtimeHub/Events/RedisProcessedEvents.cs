using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Redis;
using RealtimeTours.RealtimeHub.Configuration;
using StackExchange.Redis;

namespace RealtimeTours.RealtimeHub.Events;

internal sealed class RedisProcessedEvents(RedisConnection redis, RedisKeys keys, PlatformSettings settings) : IProcessedEvents
{
    // Lease of the claim: a node that dies while it handles an event blocks that event's retries no longer than this.
    private static readonly TimeSpan Claim = TimeSpan.FromSeconds(30);

    /// <summary>KEYS: the subject. ARGV: position, seconds to remember it. Returns 0 when a later position is stored.</summary>
    private const string Advance = """
        local last = redis.call('GET', KEYS[1])
        if last and last > ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
        return 1
        """;

    private static readonly RedisValue Claimed = "claimed";
    private static readonly RedisValue Done = "done";

    public async Task RunOnceAsync(string eventId, Func<Task> effect, CancellationToken cancellationToken)
    {
        if (redis.IsSettling) throw new EffectTooEarlyException(eventId);
        var database = await redis.DatabaseAsync();
        RedisKey key = keys.ProcessedEvent(RealtimeHubConsumer.Name, eventId);
        if (!await database.StringSetAsync(key, Claimed, Claim, When.NotExists).WaitAsync(cancellationToken))
        {
            if (await database.StringGetAsync(key).WaitAsync(cancellationToken) == Done) return;
            throw new EventBeingHandledException(eventId);
        }
        try
        {
            await effect();
        }
        catch
        {
            await ReleaseAsync(database, key);
            throw;
        }
        await database.StringSetAsync(key, Done, settings.ProcessedEventMemory).WaitAsync(cancellationToken);
    }

    public async Task<bool> TryAdvanceAsync(string subject, string position)
    {
        var seconds = (long)Math.Max(1, settings.ProcessedEventMemory.TotalSeconds);
        return (int)await (await redis.DatabaseAsync()).ScriptEvaluateAsync(Advance, [keys.LastTold(subject)], [position, seconds]) == 1;
    }

    private async Task ReleaseAsync(IDatabase database, RedisKey key)
    {
        try
        {
            await database.KeyDeleteAsync(key);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            // the claim expires by itself
        }
    }
}
