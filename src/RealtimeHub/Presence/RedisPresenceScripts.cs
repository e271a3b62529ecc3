namespace RealtimeTours.RealtimeHub.Presence;

/// <summary>Presence in Redis. All times are by Redis's clock, so the nodes' clocks need not agree.</summary>
internal static class RedisPresenceScripts
{
    /// <summary>
    /// KEYS: nodes, this node's counts. ARGV: node, lease in ms, "1" to replace all, then tours and counts by turns. Removes expired nodes. Returns
    /// how many tours this node has stored, then the nodes alive.
    /// </summary>
    public const string Refresh = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        redis.call('ZADD', KEYS[1], now, ARGV[1])
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
        if ARGV[3] == '1' then redis.call('DEL', KEYS[2]) end
        for i = 4, #ARGV, 2 do
          if ARGV[i + 1] == '0' then redis.call('HDEL', KEYS[2], ARGV[i])
          else redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
        end
        redis.call('PEXPIRE', KEYS[2], ARGV[2])
        local reply = redis.call('ZRANGE', KEYS[1], 0, -1)
        table.insert(reply, 1, tostring(redis.call('HLEN', KEYS[2])))
        return reply
        """;

    /// <summary>KEYS: nodes. ARGV: prefix of the counts. Returns node, then its counts, in turns.</summary>
    public const string ReadAll = """
        local reply = {}
        for _, node in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
          reply[#reply + 1] = node
          reply[#reply + 1] = redis.call('HGETALL', ARGV[1] .. node)
        end
        return reply
        """;

    /// <summary>KEYS: nodes, the node's counts. ARGV: node.</summary>
    public const string Leave = """
        redis.call('ZREM', KEYS[1], ARGV[1])
        return redis.call('DEL', KEYS[2])
        """;
}
