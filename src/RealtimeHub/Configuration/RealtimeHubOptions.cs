using RealtimeTours.Platform.Configuration;
using RealtimeTours.RealtimeHub.Watching;

namespace RealtimeTours.RealtimeHub.Configuration;

/// <summary>Section <c>RealtimeHub</c>. Durations as .NET writes them: <c>00:00:00.100</c>.</summary>
internal sealed class RealtimeHubOptions
{
    public const string Section = "RealtimeHub";

    /// <summary>After a tour's first change, further ones go out at most this often; the newest wins.</summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A connection that takes nothing for this long is closed; its client may reconnect.</summary>
    public TimeSpan SlowConsumerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a node asks the shared board what the fast path has not brought.</summary>
    public TimeSpan BoardPollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the database's figures are laid over the board.</summary>
    public TimeSpan ReconciliationInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often changed viewer counts are exchanged and pushed.</summary>
    public TimeSpan PresenceInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Sockets one address may have open, and connections it may negotiate in 15 s; 0 for any number. A thousand are 30 MB and one carrier's gateway.</summary>
    public int MaxConnectionsPerAddress { get; set; } = 1_000;

    /// <summary>Messages of any kind a connection may send in the long run.</summary>
    public int MaxMessagesPerSecond { get; set; } = 50;

    /// <summary>Messages a connection may send at once: a list page may watch each of its 200 tours by a call of its own.</summary>
    public int MessageBurst { get; set; } = 200;

    /// <summary>The longest message, except for lists of tour ids: docs/decisions/0008.</summary>
    public int MaxMessageBytes { get; set; } = 4 * 1024;

    /// <summary>A socket that does not speak the hub protocol by then is closed.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a node that is asked to stop goes on as before, so that load balancers notice. As long as their check takes to fail.</summary>
    public TimeSpan DrainDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Over how long it then asks its connections to go; shorter where they are fewer than 100 a second.</summary>
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
            throw new InvalidSettingException($"{e.Message.TrimEnd('.')}: it must be a whole number, or where it is a time, a duration such as 00:00:00.100.");
        }
        Require(nameof(FlushInterval), options.FlushInterval, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
        Require(nameof(SlowConsumerTimeout), options.SlowConsumerTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        // The promise of two seconds to every watcher rests on the first of these.
        Require(nameof(BoardPollInterval), options.BoardPollInterval, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1.5));
        Require(nameof(ReconciliationInterval), options.ReconciliationInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        Require(nameof(PresenceInterval), options.PresenceInterval, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(2));
        Require(nameof(MaxConnectionsPerAddress), options.MaxConnectionsPerAddress, 0, 1_000_000);
        Require(nameof(MaxMessagesPerSecond), options.MaxMessagesPerSecond, 1, 100_000);
        Require(nameof(MessageBurst), options.MessageBurst, 1, 100_000);
        Require(nameof(MaxMessageBytes), options.MaxMessageBytes, 256, MessageGuard.MaxListBytes);
        Require(nameof(HandshakeTimeout), options.HandshakeTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Require(nameof(DrainDelay), options.DrainDelay, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Require(nameof(DrainPeriod), options.DrainPeriod, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        return options;
    }

    private static bool IsTransport(string text) => Enum.GetNames<HubTransport>().Contains(text, StringComparer.OrdinalIgnoreCase);

    private static void Require<T>(string key, T value, T min, T max) where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0) throw new InvalidSettingException($"{Section}:{key} is {value} but must be from {min} to {max}.");
    }
}
