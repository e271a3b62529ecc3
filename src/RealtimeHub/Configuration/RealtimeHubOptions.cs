using RealtimeTours.Contracts.Hub;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.RealtimeHub.Configuration;

/// <summary>Section <c>RealtimeHub</c>. Durations are .NET time spans such as <c>00:00:00.100</c>.</summary>
internal sealed class RealtimeHubOptions
{
    public const string Section = "RealtimeHub";

    /// <summary>The throttle: a tour's first change goes out at once, further ones at most once per interval; the newest state wins.</summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Backpressure: a connection that accepts no bytes for this long is closed; its client may reconnect.</summary>
    public TimeSpan SlowConsumerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a node polls the shared board for what the fast path lost.</summary>
    public TimeSpan BoardPollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the board is compared with the database.</summary>
    public TimeSpan ReconciliationInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often changed viewer counts are exchanged and pushed.</summary>
    public TimeSpan PresenceInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Limit per address of open sockets, and of negotiations in 15 s; 0 for none. 1,000 sockets need about 30 MB.</summary>
    public int MaxConnectionsPerAddress { get; set; } = 1_000;

    /// <summary>Throttle: tours that a connection may name in its calls, in the long run. A call beyond fails; the connection stays.</summary>
    public int MaxTourIdsPerSecond { get; set; } = 200;

    /// <summary>Tours it may name at once: by default it watches all it may, one by one, and leaves them again.</summary>
    public int TourIdBurst { get; set; } = 2 * HubContract.MaxWatchedPerConnection;

    /// <summary>Rate limit of a connection's messages of any kind, in the long run; a client that sends more is disconnected.</summary>
    public int MaxMessagesPerSecond { get; set; } = 250;

    /// <summary>Messages it may send at once: half as many again as the throttle allows calls, so that honest calls fail before that.</summary>
    public int MessageBurst { get; set; } = 3 * HubContract.MaxWatchedPerConnection;

    /// <summary>A socket that has not finished the hub protocol's handshake by then is closed.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stopping node serves as before, so that load balancers notice: as long as their check takes to fail.</summary>
    public TimeSpan DrainDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Over how long it then asks its connections to reconnect elsewhere; shorter for fewer than 100 connections per second of it.</summary>
    public TimeSpan DrainPeriod { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary><c>direct</c> or <c>stock</c>.</summary>
    public HubTransport Transport { get; set; } = HubTransport.Direct;

    /// <exception cref="InvalidSettingException">A value is out of range, or not of its kind.</exception>
    public static RealtimeHubOptions Read(IConfiguration configuration)
    {
        var options = new RealtimeHubOptions();
        if (configuration[$"{Section}:{nameof(Transport)}"] is { } transport && !IsTransport(transport))
            throw new InvalidSettingException($"{Section}:{nameof(Transport)} is '{transport}' but must be direct or stock.");
        try
        {
            configuration.GetSection(Section).Bind(options);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidSettingException(
                $"{e.Message.TrimEnd('.')}: it must be a whole number, or where it is a time, a duration such as 00:00:00.100.");
        }
        Require(nameof(FlushInterval), options.FlushInterval, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
        Require(nameof(SlowConsumerTimeout), options.SlowConsumerTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        // The promise that every watcher sees a change within two seconds rests on this upper limit.
        Require(nameof(BoardPollInterval), options.BoardPollInterval, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1.5));
        Require(nameof(ReconciliationInterval), options.ReconciliationInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        Require(nameof(PresenceInterval), options.PresenceInterval, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(2));
        Require(nameof(MaxConnectionsPerAddress), options.MaxConnectionsPerAddress, 0, 1_000_000);
        Require(nameof(MaxMessagesPerSecond), options.MaxMessagesPerSecond, 1, 100_000);
        Require(nameof(MessageBurst), options.MessageBurst, 1, 100_000);
        Require(nameof(MaxTourIdsPerSecond), options.MaxTourIdsPerSecond, 1, 100_000);
        Require(nameof(TourIdBurst), options.TourIdBurst, HubContract.MaxToursPerCall, 100_000); // or the largest call would never succeed
        Require(nameof(HandshakeTimeout), options.HandshakeTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Require(nameof(DrainDelay), options.DrainDelay, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Require(nameof(DrainPeriod), options.DrainPeriod, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        return options;
    }

    private static bool IsTransport(string text) => Enum.GetNames<HubTransport>().Contains(text, StringComparer.OrdinalIgnoreCase);

    private static void Require<T>(string key, T value, T min, T max) where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
            throw new InvalidSettingException($"{Section}:{key} is {value} but must be from {min} to {max}.");
    }
}
