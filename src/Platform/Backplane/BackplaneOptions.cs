namespace RealtimeTours.Platform.Backplane;

/// <summary>How the nodes of one hub talk to each other. Every value has a default that needs no thought.</summary>
public sealed class BackplaneOptions
{
    /// <summary>
    /// First part of every channel name. Systems that share a Redis server need different ones: Redis pub/sub does not know database numbers.
    /// </summary>
    public string ChannelPrefix { get; set; } = "tour_app";

    /// <summary>How long to wait for the node that holds a connection to answer.</summary>
    public TimeSpan AckTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long Redis may take over one publish or subscribe before it counts as away.</summary>
    public TimeSpan RedisTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the node behind an open client result is looked for: a killed one cannot say that the connection is gone.</summary>
    public TimeSpan OwnerCheckInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a client's result is offered to the node that asked for it, while Redis or that node is away.</summary>
    public TimeSpan ResultPatience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Fan-out messages that may wait for one connection. A browser that is further behind is closed and may reconnect: memory stays bounded.</summary>
    public int MaxWaitingWrites { get; set; } = 1_000;

    internal bool IsValid() =>
        ChannelPrefix.Length > 0 && MaxWaitingWrites >= 1 &&
        AckTimeout > TimeSpan.Zero && RedisTimeout > TimeSpan.Zero && OwnerCheckInterval > TimeSpan.Zero && ResultPatience >= TimeSpan.Zero;
}
