using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.Platform.Hosting;

namespace RealtimeTours.Platform.Storage;

public static class StorageModule
{
    /// <summary>The database, its schema and the outbox relay (which needs an <c>IEventBus</c>).</summary>
    /// <param name="schema">The assembly whose <c>Schema/NNN_name.sql</c> resources are the schema.</param>
    public static IServiceCollection AddStorage(this IServiceCollection services, PlatformSettings settings, Assembly schema)
    {
        UtcTimestampHandler.Install();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(settings);
        services.TryAddSingleton(OutboxSettings.Default);
        services.AddSeam<IDatabaseEngine, SqliteDatabase, PostgresDatabase>(settings.DatabaseUrl is not null);
        services.AddMetrics();
        services.AddSingleton(SchemaScripts.In(schema))
            .AddSingleton<Database>()
            .AddSingleton<Outbox>()
            .AddSingleton<OutboxTable>()
            .AddSingleton<OutboxSettle>()
            .AddSingleton<StorageMetrics>()
            .AddSingleton<StorageReadiness>();
        services.AddHostedService<SchemaMigrator>()
            .AddHostedService<OutboxRelay>()
            .AddHostedService<StorageCleaning>();
        services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database", tags: ["ready"]);
        return services;
    }
}
