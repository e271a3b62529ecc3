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
    private readonly ViewerCounts _all = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<Viewer, int> _own = [];
    private readonly Dictionary<string, Dictionary<Viewer, int>> _others = [];
    private HashSet<Viewer> _unsent = [];
    private List<Letter>? _heardWhileReading;
    private bool _subscribed;
    private bool _replaceAll = true;
    private long? _lastRead;

    private RedisChannel Channel => RedisChannel.Literal(keys.PresenceChannel);

    public int Viewers(string tourId) => _all.Of(tourId);

    public int Total => _all.Total;

    public void Joined(Viewer viewer) => Change(viewer, 1);

    public void Left(Viewer viewer) => Change(viewer, -1);

    public IReadOnlyCollection<string> TakeChanged() => _all.TakeChanged();

    public async Task ExchangeAsync(CancellationToken cancellationToken)
    {
        if (!_subscribed) await redis.SubscribeAsync(Channel, Receive).WaitAsync(cancellationToken); // if it fails, the next call tries again
        _subscribed = true;

        var (unsent, kept) = TakeUnsent();
        try
        {
            // Redis may have lost ours, by a restart or an expired lease.
            if (_replaceAll || await RefreshAsync(unsent, replaceAll: false, cancellationToken) != kept)
                await RefreshAsync(Own(), replaceAll: true, cancellationToken);
            _replaceAll = false;
            if (unsent.Count > 0) await TellAsync(unsent);
        }
        catch
        {
            lock (_gate) _unsent.UnionWith(unsent.Keys);
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
        await TellAsync(null);
    }

    private void Change(Viewer viewer, int difference)
    {
        lock (_gate)
        {
            Set(_own, viewer, _own.GetValueOrDefault(viewer) + difference);
            _unsent.Add(viewer);
        }
    }

    private (Dictionary<Viewer, int> Unsent, int Kept) TakeUnsent()
    {
        lock (_gate)
        {
            var unsent = _unsent.ToDictionary(viewer => viewer, viewer => _own.GetValueOrDefault(viewer));
            _unsent = [];
            return (unsent, _own.Count);
        }
    }

    private Dictionary<Viewer, int> Own()
    {
        lock (_gate) return new(_own);
    }

    /// <returns>How many viewers of this node Redis has.</returns>
    private async Task<int> RefreshAsync(Dictionary<Viewer, int> counts, bool replaceAll, CancellationToken cancellationToken)
    {
        RedisValue[] arguments =
        [
            _node, (long)Lease.TotalMilliseconds, replaceAll ? "1" : "0",
            .. counts.SelectMany(pair => new RedisValue[] { pair.Key.ToString(), pair.Value }),
        ];
        string[] known;
        lock (_gate) known = [.. _others.Keys];
        var reply = (RedisValue[])(await (await redis.DatabaseAsync()).ScriptEvaluateAsync(
            RedisPresenceScripts.Refresh, [keys.PresenceNodes, keys.Presence(_node)], arguments).WaitAsync(cancellationToken))!;
        lock (_gate)
            foreach (var dead in known.Except(reply.Skip(1).Select(node => (string)node!))) Replace(dead, []);
        return (int)reply[0];
    }

    /// <param name="counts">Null: this node leaves.</param>
    private Task TellAsync(Dictionary<Viewer, int>? counts) => redis.PublishAsync(
        Channel, JsonSerializer.Serialize(new Letter(_node, counts?.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value))));

    private async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        lock (_gate) _heardWhileReading = [];
        var reply = (RedisResult[])(await (await redis.DatabaseAsync()).ScriptEvaluateAsync(
            RedisPresenceScripts.ReadAll, [keys.PresenceNodes], [keys.PresenceOfNode]).WaitAsync(cancellationToken))!;
        var read = new Dictionary<string, Dictionary<Viewer, int>>();
        for (var i = 0; i < reply.Length; i += 2)
        {
            var pairs = (RedisValue[])reply[i + 1]!;
            if ((string)reply[i]! != _node) read[(string)reply[i]!] = Counts(pairs.Chunk(2).Select(pair => ((string)pair[0]!, (int)pair[1])));
        }
        lock (_gate)
        {
            foreach (var gone in _others.Keys.Except(read.Keys).ToArray()) Replace(gone, []);
            foreach (var (node, counts) in read) Replace(node, counts);
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
        catch (Exception e) when (e is JsonException or FormatException)
        {
            HubLog.UnreadableMessage(logger, keys.PresenceChannel, e.Message);
        }
    }

    private void Take(Letter letter)
    {
        if (letter.Counts is null)
        {
            Replace(letter.Node, []);
            return;
        }
        if (!_others.TryGetValue(letter.Node, out var node)) _others[letter.Node] = node = [];
        foreach (var (viewer, connections) in Counts(letter.Counts.Select(pair => (pair.Key, pair.Value)))) Set(node, viewer, connections);
    }

    private void Replace(string nodeId, Dictionary<Viewer, int> counts)
    {
        if (!_others.TryGetValue(nodeId, out var node)) _others[nodeId] = node = [];
        foreach (var gone in node.Keys.Except(counts.Keys).ToArray()) Set(node, gone, 0);
        foreach (var (viewer, connections) in counts) Set(node, viewer, connections);
        if (node.Count == 0) _others.Remove(nodeId);
    }

    private void Set(Dictionary<Viewer, int> node, Viewer viewer, int connections)
    {
        _all.Add(viewer, connections - node.GetValueOrDefault(viewer));
        if (connections > 0) node[viewer] = connections;
        else node.Remove(viewer);
    }

    private static Dictionary<Viewer, int> Counts(IEnumerable<(string Viewer, int Connections)> fields) =>
        fields.ToDictionary(field => Viewer.Parse(field.Viewer), field => field.Connections);

    /// <summary>Written without WireJson: its naming policy would change the viewers, which are keys here.</summary>
    /// <param name="Counts">What changed; null: the node leaves.</param>
    private sealed record Letter(string Node, Dictionary<string, int>? Counts);
}
