using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Storage.Due;
using RealtimeTours.Platform.Storage.Engines;
using RealtimeTours.Platform.Storage.Inbox;
using RealtimeTours.Platform.Storage.Leases;
using RealtimeTours.Platform.Storage.Outbox;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Platform.Storage;

public static class StorageModule
{
    /// <summary>Adds the database, its schema, and the outbox, which an <see cref="AddOutboxRelay"/> must publish.</summary>
    /// <param name="schema">The assembly whose <c>Schema/NNN_name.sql</c> resources are the schema.</param>
    public static IServiceCollection AddStorage(this IServiceCollection services, PlatformSettings settings, Assembly schema)
    {
        UtcTimestampHandler.Install();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(settings);
        services.AddSeam<IDatabaseEngine, SqliteDatabase, PostgresDatabase>(settings.DatabaseUrl is not null);
        services.AddMetrics();
        services.AddSingleton(SchemaScripts.In(schema))
            .AddSingleton<Database>()
            .AddSingleton<OutboxWakeUp>()
            .AddSingleton(provider => new OutboxWriter(
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<OutboxWakeUp>(), provider.GetServices<ICommittedEvents>()))
            .AddSingleton<OutboxTable>()
            .AddSingleton<OutboxBackpressure>()
            .AddSingleton<StorageMetrics>()
            .AddSingleton<DatabaseLeases>()
            .AddSingleton<DueWorkParts>()
            .AddSingleton<StorageReadiness>()
            .AddSingleton<DatabaseDependency>();
        services.AddHostedService<SchemaMigrator>().AddHostedService<OutboxBacklog>();
        services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database", tags: ["ready"]);
        return services;
    }

    /// <summary>Adds the tables of a module: resources <c>{folder}/Schema/NNN_name.sql</c> of its assembly, if it has any.</summary>
    /// <param name="folder">Where the module's class lies.</param>
    public static IServiceCollection AddSchema(this IServiceCollection services, string module, string folder, Assembly assembly) =>
        services.AddSingleton(SchemaScripts.Of(module, folder, assembly));

    /// <summary>Adds a relay that publishes the outbox. For hosts that write events; requires an <c>IEventBus</c>.</summary>
    public static IServiceCollection AddOutboxRelay(this IServiceCollection services, PlatformSettings settings, OutboxSettings? outbox = null)
    {
        services.AddSingleton(outbox ?? OutboxSettings.Default);
        services.AddSingleton<OutboxDeleter>().AddSingleton<OutboxLease>();
        if (settings.DatabaseUrl is not null) services.AddHostedService<PostgresOutboxSignal>();
        return services.AddHostedService<OutboxRelay>();
    }
}
