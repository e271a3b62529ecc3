namespace RealtimeTours.RealtimeHub.Configuration;

/// <summary>The hub's keys and channels in Redis. The braces are a hash tag: a Redis Cluster keeps all on one node, as scripts need.</summary>
public sealed record RedisKeys(string Prefix = "{realtime-tours}")
{
    /// <summary>String: set once while there is none, so that an emptied Redis is noticed.</summary>
    public string BoardEpoch => $"{Prefix}:board-epoch";

    /// <summary>Counter: number of the last accepted change.</summary>
    public string BoardNumber => $"{Prefix}:board-number";

    /// <summary>Sorted set: departure → number of its last change.</summary>
    public string BoardChanges => $"{Prefix}:board-changes";

    /// <summary>Hash per tour: departure → newest state.</summary>
    public string Board(string tourId) => BoardOfTour + tourId;

    public string BoardOfTour => $"{Prefix}:board:";

    /// <summary>Channel: alerts and tour changes to the watchers on all nodes.</summary>
    public string WatcherChannel => $"{Prefix}:watchers";

    /// <summary>String with expiry: an event whose effect must run once; claimed or done.</summary>
    public string ProcessedEvent(string consumer, string eventId) => $"{Prefix}:processed:{consumer}:{eventId}";

    /// <summary>String with expiry: the position of the last event that was pushed about a subject.</summary>
    public string LastTold(string subject) => $"{Prefix}:told:{subject}";

    /// <summary>String with expiry, whose value does not matter: writing it shows that Redis takes writes.</summary>
    public string Probe => $"{Prefix}:probe";

    /// <summary>Sorted set: hub node → its last heartbeat (ms of Redis's clock).</summary>
    public string PresenceNodes => $"{Prefix}:viewer-nodes";

    /// <summary>Hash per node: viewer (a tour and a user) → connections.</summary>
    public string Presence(string node) => PresenceOfNode + node;

    public string PresenceOfNode => $"{Prefix}:viewers:";

    /// <summary>Channel: counts that changed on one node.</summary>
    public string PresenceChannel => $"{Prefix}:viewer-changes";

    /// <summary>Sorted set: hub node → when it last reported (ms of Redis's clock).</summary>
    public string Nodes => $"{Prefix}:nodes";

    /// <summary>String per node with expiry: its figures as JSON.</summary>
    public string NodeStatusOf => $"{Prefix}:nodes:";

    /// <summary>Channel: each node's messages to itself, which measure the backplane.</summary>
    public string PulseChannel => $"{Prefix}:pulse";
}
