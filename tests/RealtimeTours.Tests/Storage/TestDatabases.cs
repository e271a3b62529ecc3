using RealtimeTours.Platform.Hosting;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Storage;

/// <summary>Empty databases of both engines, one per test.</summary>
internal static class TestDatabases
{
    public static PlatformSettings SqliteIn(string folder) => Settings(databaseUrl: null, folder);

    public static async Task<PlatformSettings> PostgresAsync(string folder) =>
        Settings(await (await SharedServers.Postgres).CreateDatabaseAsync() + "?Maximum Pool Size=20", folder);

    public static PlatformSettings Settings(string? databaseUrl, string folder) =>
        new(RabbitMqUrl: null, "exchange", "prefix", RedisUrl: null, TimeSpan.FromHours(1), databaseUrl, folder);
}
