using System.Text.Json;
using RealtimeTours.Platform.Redis;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Telemetry;
using StackExchange.Redis;

namespace RealtimeTours.RealtimeHub.Presence;

/// <summary>Each node's counts are in Redis under a lease. Reading all of them every few seconds corrects lost messages and dead nodes.</summary>
internal sealed class RedisPresence(RedisConnection redis, RedisKeys keys, TimeProvider time, ILogger<RedisPresence> logger) : IPresence
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan ReadAllEvery = TimeSpan.FromSeconds(5);

    private readonly string _node = Guid.NewGuid().ToString("N");
    private readonly ViewerCounts _own = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, int>> _others = [];
    private readonly HashSet<string> _changed = [];
    private List<Letter>? _heardWhileReading;
    private bool _subscribed;
    private bool _replaceAll = true;
    private long? _lastRead;

    private RedisChannel Channel => RedisChannel.Literal(keys.PresenceChannel);

    public int Viewers(string tourId)
    {
        var own = _own.Of(tourId);
        lock (_gate) return own + _others.Values.Sum(counts => counts.GetValueOrDefault(tourId));
    }

    public int Total
    {
        get { lock (_gate) return _own.Total + _others.Values.Sum(counts => counts.Values.Sum()); }
    }

    public void Joined(string tourId) => Change(tourId, 1);

    public void Left(string tourId) => Change(tourId, -1);

    public IReadOnlyCollection<string> TakeChanged()
    {
        lock (_gate)
        {
            var changed = _changed.ToArray();
            _changed.Clear();
            return changed;
        }
    }

    public async Task ExchangeAsync(CancellationToken cancellationToken)
    {
        if (!_subscribed) await redis.SubscribeAsync(Channel, Receive).WaitAsync(cancellationToken); // if it fails, the next call tries again
        _subscribed = true;

        var changed = _own.TakeChanged();
        try
        {
            var kept = await RefreshAsync(_replaceAll ? _own.All() : changed, _replaceAll, cancellationToken);
            _replaceAll = false;
            // Redis lost our counts (restart, expired lease), or they changed during the call: send all of them.
            if (kept != _own.All().Count) await RefreshAsync(_own.All(), replaceAll: true, cancellationToken);
            if (changed.Count > 0)
                await (await redis.DatabaseAsync()).PublishAsync(Channel, JsonSerializer.Serialize(new Letter(_node, changed)));
        }
        catch
        {
            _replaceAll = true;
            throw;
        }
        if (_lastRead is { } last && time.GetElapsedTime(last) < ReadAllEvery) return;
        await ReadAllAsync(cancellationToken);
        _lastRead = time.GetTimestamp();
    }

    public async Task LeaveAsync()
    {
        await (await redis.DatabaseAsync()).ScriptEvaluateAsync(RedisPresenceScripts.Leave, [keys.PresenceNodes, keys.Presence(_node)], [_node]);
        var nobody = _own.All().Keys.ToDictionary(id => id, _ => 0);
        await (await redis.DatabaseAsync()).PublishAsync(
            Channel, JsonSerializer.Serialize(new Letter(_node, nobody)));
    }

    /// <returns>How many tours of this node Redis has.</returns>
    private async Task<int> RefreshAsync(Dictionary<string, int> counts, bool replaceAll, CancellationToken cancellationToken)
    {
        RedisValue[] arguments =
        [
            _node, (long)Lease.TotalMilliseconds, replaceAll ? "1" : "0",
            .. counts.SelectMany(pair => new RedisValue[] { pair.Key, pair.Value }),
        ];
        string[] known;
        lock (_gate) known = [.. _others.Keys];
        var reply = (RedisValue[])(await (await redis.DatabaseAsync()).ScriptEvaluateAsync(
            RedisPresenceScripts.Refresh, [keys.PresenceNodes, keys.Presence(_node)], arguments).WaitAsync(cancellationToken))!;
        Forget(known.Except(reply.Skip(1).Select(node => (string)node!)));
        return (int)reply[0];
    }

    private void Forget(IEnumerable<string> dead)
    {
        lock (_gate)
        {
            foreach (var node in dead)
                if (_others.Remove(node, out var counts)) _changed.UnionWith(counts.Keys);
        }
    }

    private async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        lock (_gate) _heardWhileReading = [];
        var reply = (RedisResult[])(await (await redis.DatabaseAsync()).ScriptEvaluateAsync(
            RedisPresenceScripts.ReadAll, [keys.PresenceNodes], [keys.PresenceOfNode]).WaitAsync(cancellationToken))!;
        lock (_gate)
        {
            foreach (var tours in _others.Values) _changed.UnionWith(tours.Keys);
            _others.Clear();
            for (var i = 0; i < reply.Length; i += 2)
            {
                var node = (string)reply[i]!;
                if (node == _node) continue;
                var pairs = (RedisValue[])reply[i + 1]!;
                var counts = _others[node] = [];
                for (var p = 0; p < pairs.Length; p += 2) counts[pairs[p]!] = (int)pairs[p + 1];
                _changed.UnionWith(counts.Keys);
            }
            // Messages that arrived during the read may be newer than what was read.
            foreach (var letter in _heardWhileReading) Take(letter);
            _heardWhileReading = null;
        }
    }

    private void Receive(RedisValue value)
    {
        try
        {
            var letter = JsonSerializer.Deserialize<Letter>((string)value!)!;
            if (letter.Node == _node) return;
            lock (_gate)
            {
                Take(letter);
                _heardWhileReading?.Add(letter);
            }
        }
        catch (JsonException e)
        {
            HubLog.UnreadableMessage(logger, keys.PresenceChannel, e.Message);
        }
    }

    private void Take(Letter letter)
    {
        if (!_others.TryGetValue(letter.Node, out var counts)) _others[letter.Node] = counts = [];
        foreach (var (tourId, count) in letter.Counts)
        {
            counts[tourId] = count;
            if (count == 0) counts.Remove(tourId);
            _changed.Add(tourId);
        }
    }

    private void Change(string tourId, int difference)
    {
        _own.Add(tourId, difference);
        lock (_gate) _changed.Add(tourId);
    }

    // Written without WireJson: its naming policy would change the tour ids, which are keys here.
    private sealed record Letter(string Node, Dictionary<string, int> Counts);
}
