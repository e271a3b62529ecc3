using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.RealtimeHub.Configuration;

/// <summary>
/// Every key and channel of the hub in Redis. All begin with one prefix in braces: a cluster keeps keys with the same braced part on one
/// node, which the scripts need.
/// </summary>
public sealed record RedisKeys(string Prefix = "{realtime-tours}")
{
    /// <summary>String: made once when the board is empty, so that an emptied Redis is noticed.</summary>
    public string BoardEpoch => $"{Prefix}:board-epoch";

    /// <summary>Counter: the number of the last accepted change.</summary>
    public string BoardNumber => $"{Prefix}:board-number";

    /// <summary>Sorted set: departure → number of its last change.</summary>
    public string BoardChanges => $"{Prefix}:board-changes";

    /// <summary>Hash per tour: departure → newest state.</summary>
    public string Board(string tourId) => BoardOfTour + tourId;

    public string BoardOfTour => $"{Prefix}:board:";

    /// <summary>Channel: alerts and tour changes to the watchers on all nodes.</summary>
    public string WatcherChannel => $"{Prefix}:watchers";

    /// <summary>String with expiry: an event whose effects cannot be repeated, being handled or done.</summary>
    public string ProcessedEvent(string consumer, string eventId) => $"{Prefix}:processed:{consumer}:{eventId}";

    /// <summary>String with expiry: the position of the last event that was told about a subject.</summary>
    public string LastTold(string subject) => $"{Prefix}:told:{subject}";

    /// <summary>String with expiry: nothing; that it can be written is what matters.</summary>
    public string Probe => $"{Prefix}:probe";

    /// <summary>Sorted set: hub node → when it last gave a sign of life (ms of Redis's clock).</summary>
    public string PresenceNodes => $"{Prefix}:presence-nodes";

    /// <summary>Hash per node: tour → watching connections.</summary>
    public string Presence(string node) => PresenceOfNode + node;

    public string PresenceOfNode => $"{Prefix}:presence:";

    /// <summary>Channel: counts that changed on one node.</summary>
    public string PresenceChannel => $"{Prefix}:presence-changes";

    /// <summary>Sorted set: hub node → when it last reported (ms of Redis's clock).</summary>
    public string Nodes => $"{Prefix}:nodes";

    /// <summary>String per node with expiry: its figures as JSON.</summary>
    public string NodeStatusOf => $"{Prefix}:nodes:";

    /// <summary>Channel: what each node says to itself, to learn that and how fast the channels work.</summary>
    public string PulseChannel => $"{Prefix}:pulse";
}
