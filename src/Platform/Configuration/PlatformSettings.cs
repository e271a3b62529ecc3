using System.Text;
using Microsoft.Extensions.Configuration;

namespace RealtimeTours.Platform.Configuration;

/// <summary>Servers and folders of a host, read once at start. An invalid value throws <see cref="InvalidSettingException"/>.</summary>
public sealed record PlatformSettings(
    string? RabbitMqUrl, string Exchange, string QueuePrefix,
    string? RedisUrl, TimeSpan ProcessedEventMemory,
    string? DatabaseUrl, string DataFolder)
{
    /// <summary>True with RabbitMQ, PostgreSQL and Redis, which several processes share; false where everything runs in this process.</summary>
    public bool Distributed => RabbitMqUrl is not null;

    /// <param name="standalone">True for a host that is only a part of the system: it requires all three servers. Otherwise all or none.</param>
    public static PlatformSettings Read(IConfiguration configuration, string contentRoot, bool standalone)
    {
        var rabbitMq = configuration.Text("RABBITMQ_URL", "ConnectionStrings:RabbitMq");
        var redis = configuration.Text("REDIS_URL", "ConnectionStrings:Redis");
        var database = configuration.Text("DATABASE_URL", "ConnectionStrings:Postgres");
        RequireAllOrNone(
            standalone, ("RABBITMQ_URL", rabbitMq, "event bus"), ("REDIS_URL", redis, "backplane"), ("DATABASE_URL", database, "database"));

        return new PlatformSettings(
            rabbitMq,
            BrokerName(configuration, "RABBITMQ_EXCHANGE", "RabbitMq:Exchange", maxBytes: 255) ?? "tour_booking_events",
            // Fewer than 255 bytes, because the names of consumers and retry queues are appended.
            BrokerName(configuration, "RABBITMQ_QUEUE_PREFIX", "RabbitMq:QueuePrefix", maxBytes: 200) ?? "tour_app",
            redis,
            TimeSpan.FromSeconds(configuration.WholeNumber("REDIS_TTL", "Redis:Ttl", fallback: 86_400, min: 1, max: 31_536_000)),
            database,
            Path.GetFullPath(configuration.Text("DATA_FOLDER", "Storage:DataFolder") ?? "data", contentRoot));
    }

    /// <exception cref="InvalidSettingException">The folder is missing and cannot be created.</exception>
    public string MakeDataFolder()
    {
        try
        {
            return Directory.CreateDirectory(DataFolder).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidSettingException($"DATA_FOLDER cannot be used: {e.Message}");
        }
    }

    // AMQP short strings have at most 255 bytes. RabbitMQ reserves the prefix "amq." and would refuse the declaration on every attempt.
    private static string? BrokerName(IConfiguration configuration, string variable, string section, int maxBytes)
    {
        if (configuration.Text(variable, section) is not { } name) return null;
        return Encoding.UTF8.GetByteCount(name) <= maxBytes && !name.StartsWith("amq.", StringComparison.Ordinal) && !name.Any(char.IsControl)
            ? name
            : throw new InvalidSettingException($"{variable} must have at most {maxBytes} bytes, no control characters, and not begin with 'amq.'.");
    }

    private static void RequireAllOrNone(bool standalone, params (string Name, string? Value, string Part)[] servers)
    {
        if (servers.FirstOrDefault(s => s.Value is null) is not { Name: not null } missing) return;
        var set = servers.FirstOrDefault(s => s.Value is not null);
        if (set.Name is not null)
            throw new InvalidSettingException(
                $"{set.Name} is set but {missing.Name} is not: separate processes must share one {missing.Part}. Set {missing.Name} or " +
                $"remove {set.Name}.");
        if (standalone)
            throw new InvalidSettingException(
                "RABBITMQ_URL, REDIS_URL and DATABASE_URL are not set: this host is one part of a distributed system and must share them with the " +
                "others. Set all three, or run the whole system in one process with `dotnet run --project src/Web`.");
    }
}
