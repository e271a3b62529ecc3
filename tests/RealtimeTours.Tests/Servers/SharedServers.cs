namespace RealtimeTours.Tests.Servers;

/// <summary>
/// One server of each kind for the tests that only need one: started at first use, ended with the test process. Each test takes its own
/// database, queue prefix or key prefix. A test that kills a server starts its own.
/// </summary>
public static class SharedServers
{
    private static readonly Lazy<Task<RedisServer>> LazyRedis = new(StartAsync<RedisServer>);
    private static readonly Lazy<Task<RabbitMqServer>> LazyRabbitMq = new(StartAsync<RabbitMqServer>);
    private static readonly Lazy<Task<PostgresServer>> LazyPostgres = new(StartAsync<PostgresServer>);

    private static readonly Lazy<Task<PgBouncerServer>> LazyPgBouncer = new(StartPgBouncerAsync);

    public static Task<RedisServer> Redis => LazyRedis.Value;

    public static Task<RabbitMqServer> RabbitMq => LazyRabbitMq.Value;

    public static Task<PostgresServer> Postgres => LazyPostgres.Value;

    /// <summary>In front of <see cref="Postgres"/>.</summary>
    public static Task<PgBouncerServer> PgBouncer => LazyPgBouncer.Value;

    private static async Task<PgBouncerServer> StartPgBouncerAsync()
    {
        var server = new PgBouncerServer(await Postgres);
        await server.StartAsync();
        return server;
    }

    private static async Task<T> StartAsync<T>() where T : ServerProcess, new()
    {
        var server = new T();
        await server.StartAsync();
        return server;
    }
}
