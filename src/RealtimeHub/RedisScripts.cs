using RealtimeTours.Platform.Redis;
using StackExchange.Redis;

namespace RealtimeTours.RealtimeHub;

/// <summary>Runs Lua on Redis with a time limit, which the client's async calls lack.</summary>
internal static class RedisScripts
{
    public static async Task<RedisResult> RunAsync(
        this RedisConnection redis, string script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        var database = await redis.DatabaseAsync();
        try
        {
            return await database.ScriptEvaluateAsync(script, keys, arguments).WaitAsync(redis.Patience, cancellationToken);
        }
        catch (RedisServerException e) when (e.Message.Contains("NOSCRIPT", StringComparison.Ordinal))
        {
            // Redis restarted and forgot its scripts; the client has noticed and sends the text again.
            return await database.ScriptEvaluateAsync(script, keys, arguments).WaitAsync(redis.Patience, cancellationToken);
        }
    }
}
