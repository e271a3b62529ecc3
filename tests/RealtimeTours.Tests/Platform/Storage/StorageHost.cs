using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Outbox;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Tests.Platform.Storage;

/// <summary>A process with nothing but the storage and a bus.</summary>
internal sealed class StorageHost : IAsyncDisposable
{
    private readonly IHost _host;

    /// <param name="more">What else the process does.</param>
    public StorageHost(
        PlatformSettings settings, RecordingEventBus? bus = null, OutboxSettings? outbox = null, Action<IServiceCollection>? more = null)
    {
        Bus = bus ?? new RecordingEventBus();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IEventBus>(Bus);
        builder.Services.AddStorage(settings, typeof(EventEnvelope).Assembly).AddOutboxRelay(settings, outbox);
        more?.Invoke(builder.Services);
        _host = builder.Build();
    }

    public RecordingEventBus Bus { get; }

    public Database Database => Get<Database>();

    public EventFactory Events { get; } = new(TimeProvider.System, "test");

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    public async Task<HealthStatus> HealthAsync() => (await Get<HealthCheckService>().CheckHealthAsync()).Status;

    /// <summary>Starts it without waiting for the schema.</summary>
    public Task StartAsync() => _host.StartAsync();

    public async Task<StorageHost> ReadyAsync()
    {
        await StartAsync();
        await Get<StorageReadiness>().WhenReady().WaitAsync(TimeSpan.FromMinutes(2));
        return this;
    }

    /// <summary>Migrates but runs no relay, as a process that dies right after its commit.</summary>
    public async Task<StorageHost> WithoutRelayAsync()
    {
        await _host.Services.GetServices<IHostedService>().OfType<SchemaMigrator>().Single().MigrateAsync(default);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }
}
