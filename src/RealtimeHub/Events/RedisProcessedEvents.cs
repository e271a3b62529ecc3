using System.Collections.Concurrent;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Redis;
using RealtimeTours.RealtimeHub.Configuration;
using StackExchange.Redis;

namespace RealtimeTours.RealtimeHub.Events;

internal sealed class RedisProcessedEvents(RedisConnection redis, RedisKeys keys, PlatformSettings settings) : IProcessedEvents
{
    // Lease of the claim, renewed while the event is handled. A node that died, or gave the event back without knowing that it had claimed it, blocks
    // the retries on other nodes no longer than this.
    private static readonly TimeSpan Claim = TimeSpan.FromSeconds(5);

    /// <summary>KEYS: the subject. ARGV: position, seconds to remember it. Returns 0 when a later position is stored.</summary>
    private const string Advance = """
        local last = redis.call('GET', KEYS[1])
        if last and last > ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
        return 1
        """;

    private static readonly RedisValue Done = "done";

    // Of this node. An outage may swallow the answer to a claim, or its release: the node must know it for its own when Redis is back.
    private readonly RedisValue _claimed = $"claimed:{Guid.NewGuid():N}";
    private readonly ConcurrentDictionary<string, bool> _underWay = new();

    public async Task RunOnceAsync(string eventId, Func<Task> effect, CancellationToken cancellationToken)
    {
        if (redis.IsSettling) throw new EffectTooEarlyException(eventId);
        if (!_underWay.TryAdd(eventId, true)) throw new EventBeingHandledException(eventId);
        try
        {
            await RunUnlessDoneAsync(eventId, effect, cancellationToken);
        }
        finally
        {
            _underWay.TryRemove(eventId, out _);
        }
    }

    public async Task<bool> TryAdvanceAsync(string subject, string position)
    {
        var seconds = (long)Math.Max(1, settings.ProcessedEventMemory.TotalSeconds);
        return (int)await (await redis.DatabaseAsync()).ScriptEvaluateAsync(Advance, [keys.LastTold(subject)], [position, seconds]) == 1;
    }

    private async Task RunUnlessDoneAsync(string eventId, Func<Task> effect, CancellationToken cancellationToken)
    {
        var database = await redis.DatabaseAsync();
        RedisKey key = keys.ProcessedEvent(RealtimeHubConsumer.Name, eventId);
        if (!await database.StringSetAsync(key, _claimed, Claim, When.NotExists).WaitAsync(cancellationToken))
        {
            var holder = await database.StringGetAsync(key).WaitAsync(cancellationToken);
            if (holder == Done) return;
            if (holder != _claimed || !await database.KeyExpireAsync(key, Claim).WaitAsync(cancellationToken))
                throw new EventBeingHandledException(eventId);
        }
        using (var done = new CancellationTokenSource())
        {
            var renewing = RenewAsync(database, key, done.Token);
            try
            {
                await effect();
            }
            catch
            {
                await ReleaseAsync(database, key);
                throw;
            }
            finally
            {
                await done.CancelAsync();
                await renewing;
            }
        }
        await database.StringSetAsync(key, Done, settings.ProcessedEventMemory).WaitAsync(cancellationToken);
    }

    private static async Task RenewAsync(IDatabase database, RedisKey key, CancellationToken until)
    {
        while (true)
        {
            await Task.Delay(Claim / 3, until).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (until.IsCancellationRequested) return;
            try
            {
                await database.KeyExpireAsync(key, Claim).WaitAsync(until);
            }
            catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException)
            {
                // tried again until the effect has ended, which Redis's absence ends too
            }
        }
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
