using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.CatalogSync;
using RealtimeTours.CatalogSync.Import;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Schema;
using RealtimeTours.Tests.CatalogSync.Suppliers;
using RealtimeTours.Tests.Platform.Storage;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.CatalogSync;

/// <summary>A process with storage, in-process messaging and the sync, on a database of a test.</summary>
internal sealed class SyncHost : IAsyncDisposable
{
    private readonly IHost _host;

    /// <param name="supplier">A supplier of the test's; null for the simulated one.</param>
    public SyncHost(
        PlatformSettings settings, HostileSupplier? supplier = null, TimeProvider? time = null, Dictionary<string, string?>? configuration = null)
        : this(settings, supplier is null ? null : [supplier.Settings()], time, configuration)
    {
    }

    /// <param name="suppliers">Null for those of the configuration.</param>
    public SyncHost(
        PlatformSettings settings, IReadOnlyList<SupplierSettings>? suppliers, TimeProvider? time = null, Dictionary<string,
        string?>? configuration = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        // As in Development, where a registration that cannot be built stops the start.
        builder.ConfigureContainer(new DefaultServiceProviderFactory(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }));
        builder.Configuration.AddInMemoryCollection(configuration ?? []);
        if (time is not null) builder.Services.AddSingleton(time);
        builder.Services.AddStorage(settings, typeof(EventEnvelope).Assembly);
        builder.Services.AddMessaging(builder.Configuration, settings with { RabbitMqUrl = null }, "test");
        builder.Services.AddCatalogSync(builder.Configuration, settings);
        if (suppliers is not null) builder.Services.AddSingleton(suppliers);
        builder.Services.AddSingleton(SyncTiming.Default with { PollInterval = TimeSpan.FromMilliseconds(25) });
        builder.Services.AddSingleton<SupplierAdmin>().AddSingleton<ImportAdmin>(); // as Web does
        _host = builder.Build();
    }

    public static PlatformSettings Sqlite(string folder) =>
        new(RabbitMqUrl: null, "exchange", "prefix", RedisUrl: null, TimeSpan.FromHours(1), DatabaseUrl: null, folder);

    public static async Task<PlatformSettings> PostgresAsync(string folder) =>
        Sqlite(folder) with { DatabaseUrl = await (await SharedServers.Postgres).CreateDatabaseAsync() + TestDatabases.Patient };

    public Database Database => Get<Database>();

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    public async Task<SyncHost> StartAsync()
    {
        await _host.StartAsync();
        await Get<StorageReadiness>().WhenReady().WaitAsync(TimeSpan.FromMinutes(2));
        return this;
    }

    /// <summary>Migrates and marks the storage ready, but runs no cron, no seeding, no relay: a test calls what it wants to see.</summary>
    public async Task<SyncHost> QuietAsync()
    {
        await _host.Services.GetServices<IHostedService>().OfType<SchemaMigrator>().Single().MigrateAsync(default);
        Get<StorageReadiness>().Set();
        return this;
    }

    /// <summary>Also syncs whatever is due from now on, but begins no run by itself.</summary>
    public async Task<SyncHost> SyncingAsync()
    {
        await QuietAsync();
        await Get<SyncRuns>().RegisterAsync([.. Get<ConfiguredSuppliers>().All.Select(supplier => supplier.Id)], default);
        await _host.Services.GetServices<IHostedService>().OfType<SupplierLeaseHost>().Single().StartAsync(default);
        return this;
    }

    /// <summary>One tour, now.</summary>
    public async Task<SyncOutcome> SyncAsync(string tourId, string supplierId = SupplierSettings.DefaultId)
    {
        await using var lease = await Get<SupplierLease>().TryTakeAsync(supplierId, default);
        return await Get<SyncTour>().RunAsync(tourId, lease.ShouldNotBeNull(), default);
    }

    public Task StopSyncingAsync() => _host.Services.GetServices<IHostedService>().OfType<SupplierLeaseHost>().Single().StopAsync(default);

    /// <summary>Begins a run and waits until each supplier's has ended, here or in another process.</summary>
    public async Task RunAsync(DateTimeOffset slot)
    {
        await Get<SyncRuns>().BeginAsync(slot, default);
        foreach (var supplier in Get<ConfiguredSuppliers>().All)
            await Eventually.ShouldBeTrueAsync(
                async () => (await Get<SyncRuns>().OfSupplierAsync(supplier.Id, default)) is var run && run.EndedSlot == run.Slot);
    }

    public Task AddTourAsync(string id, params (DateTimeOffset Start, int Capacity, int Seats)[] departures) =>
        Database.InTransactionAsync(async transaction =>
    {
        await transaction.ExecuteAsync("""
            INSERT INTO tours (id, name, destination, category, duration_hours, price_minor, currency, time_zone, supplier_product_id,
              supplier_option_id, updated_at)
            VALUES (@id, 'Tour', 'Lisbon', 'Walking', 2, 1000, 'EUR', 'Europe/Lisbon', @productId, 'DEFAULT', @now)
            """, new { id, productId = $"p-{id}", now = DateTimeOffset.UtcNow });
        foreach (var (start, capacity, seats) in departures)
            await transaction.ExecuteAsync(
                "INSERT INTO departures (tour_id, starts_at, capacity, available_spots, sold_elsewhere, updated_at) VALUES (@id, @start, " +
                "@capacity, @seats, @capacity - @seats, @now)",
                new { id, start, capacity, seats, now = DateTimeOffset.UtcNow });
    });

    /// <summary>What the booking path does: seats, version and booking in one transaction; false when there are too few seats.</summary>
    public Task<bool> TryBookAsync(string tourId, DateTimeOffset start, int participants) => Database.InTransactionAsync(async transaction =>
    {
        var now = DateTimeOffset.UtcNow;
        var taken = await transaction.ExecuteAsync("""
            UPDATE departures SET available_spots = available_spots - @participants, confirmed = confirmed + @participants, version = version + 1,
              updated_at = @now
            WHERE tour_id = @tourId AND starts_at = @start AND available_spots >= @participants
            """, new { tourId, start, participants, now });
        if (taken == 0) return false;
        await transaction.ExecuteAsync("""
            INSERT INTO bookings (id, tour_id, starts_at, user_id, participants, total_minor, currency, status, created_at)
            VALUES (@id, @tourId, @start, 'user', @participants, 100, 'EUR', @status, @now)
            """, new { id = Ids.New("bk_"), tourId, start, participants, now, status = BookingStatus.Confirmed });
        return true;
    });

    public async Task<(int Seats, int Capacity, bool Closed, long Version)> DepartureAsync(string tourId, DateTimeOffset start)
    {
        await using var connection = await Database.OpenAsync();
        var row = await connection.QuerySingleAsync<DepartureState>("""
            SELECT available_spots AS Seats, capacity AS Capacity, closed AS Closed, version AS Version FROM departures
            WHERE tour_id = @tourId AND starts_at = @start
            """, new { tourId, start });
        return (row.Seats, row.Capacity, row.Closed, row.Version);
    }

    public async Task<(DateTimeOffset? SyncedAt, string? Error)> TourAsync(string tourId)
    {
        await using var connection = await Database.OpenAsync();
        var row = await connection.QuerySingleAsync<TourState>(
            "SELECT last_synced_at AS SyncedAt, last_sync_error AS Error FROM tours WHERE id = @tourId", new { tourId });
        return (row.SyncedAt, row.Error);
    }

    /// <summary>The events that were announced: nothing publishes them here.</summary>
    public async Task<IReadOnlyList<EventEnvelope>> EventsAsync()
    {
        await using var connection = await Database.OpenAsync();
        return [.. (await connection.QueryAsync<string>("SELECT body FROM outbox"))
            .Select(body => JsonSerializer.Deserialize<EventEnvelope>(body, WireJson.EventOptions)!)];
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await StopSyncingAsync(); // it was perhaps started without the host
        if (_host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }

    private sealed class DepartureState
    {
        public int Seats { get; set; }
        public int Capacity { get; set; }
        public bool Closed { get; set; }
        public long Version { get; set; }
    }

    private sealed class TourState
    {
        public DateTimeOffset? SyncedAt { get; set; }
        public string? Error { get; set; }
    }
}
