using RealtimeTours.Platform.Configuration;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Storage;

/// <summary>Empty databases of both engines, one per test.</summary>
internal static class TestDatabases
{
    public static PlatformSettings SqliteIn(string folder) => Settings(databaseUrl: null, folder);

    /// <summary>For an address: twenty connections, and timeouts for a machine whose disk is busy.</summary>
    public const string Patient = "?Maximum Pool Size=20&Timeout=60&Command Timeout=120";

    public static async Task<PlatformSettings> PostgresAsync(string folder) =>
        Settings(await (await SharedServers.Postgres).CreateDatabaseAsync() + Patient, folder);

    /// <summary>The same through a pooler in transaction mode.</summary>
    public static async Task<PlatformSettings> PgBouncerAsync(string folder)
    {
        var direct = await PostgresAsync(folder);
        return direct with { DatabaseUrl = (await SharedServers.PgBouncer).Through(direct.DatabaseUrl!) };
    }

    public static PlatformSettings Settings(string? databaseUrl, string folder) =>
        new(RabbitMqUrl: null, "exchange", "prefix", RedisUrl: null, TimeSpan.FromHours(1), databaseUrl, folder);
}
