using System.Text.Json;
using RealtimeTours.Platform.Redis;
using RealtimeTours.RealtimeHub.Configuration;
using StackExchange.Redis;

namespace RealtimeTours.RealtimeHub.Nodes;

/// <summary>A key per node that expires, and a sorted set of the nodes' names, by Redis's clock.</summary>
internal sealed class RedisNodeStatus(RedisConnection redis, RedisKeys keys) : INodeStatus
{
    private const string Clock = "local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000) ";

    // KEYS: names, status; ARGV: node, JSON, lifetime in ms
    private const string Report = Clock + """
        redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
        redis.call('ZADD', KEYS[1], now, ARGV[1])
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[3])
        redis.call('PEXPIRE', KEYS[1], ARGV[3])
        """;

    // KEYS: names, status; ARGV: node
    private const string Leave = "redis.call('DEL', KEYS[2]) return redis.call('ZREM', KEYS[1], ARGV[1])";

    // KEYS: names; ARGV: what the status keys begin with
    private const string ReadAll = """
        local all = {}
        for _, node in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
            local status = redis.call('GET', ARGV[1] .. node)
            if status then all[#all + 1] = status end
        end
        return all
        """;

    public async Task ReportAsync(NodeStatus status, CancellationToken cancellationToken) => await (await redis.DatabaseAsync()).ScriptEvaluateAsync(
        Report, [keys.Nodes, keys.NodeStatusOf + status.Node],
        [status.Node, JsonSerializer.Serialize(status, WireJson.Options), (long)NodeStatus.Lifetime.TotalMilliseconds]).WaitAsync(cancellationToken);

    public async Task LeaveAsync(string node) =>
        await (await redis.DatabaseAsync()).ScriptEvaluateAsync(Leave, [keys.Nodes, keys.NodeStatusOf + node], [node]);

    public async Task<IReadOnlyList<NodeStatus>> AllAsync(CancellationToken cancellationToken)
    {
        try
        {
            var reply = (RedisValue[])(
                await (await redis.DatabaseAsync()).ScriptEvaluateAsync(ReadAll, [keys.Nodes], [keys.NodeStatusOf]).WaitAsync(cancellationToken))!;
            return [.. reply.Select(json => JsonSerializer.Deserialize<NodeStatus>((string)json!, WireJson.Options)!)
                .OrderBy(status => status.Node, StringComparer.Ordinal)];
        }
        catch (RedisException e)
        {
            throw new TimeoutException("Redis does not answer.", e);
        }
    }
}
