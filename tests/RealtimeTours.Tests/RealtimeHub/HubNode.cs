using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting;
using RealtimeTours.Platform.Hosting.Tokens;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.RealtimeHub;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Watching;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.RealtimeHub;

/// <summary>A hub node on a loopback port, wired as the hosts wire it: in one process, or on real servers.</summary>
internal sealed class HubNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<HubClient> _clients = [];

    private HubNode(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Settings of a system of its own without servers.</summary>
    public static PlatformSettings Embedded() => new(
        null, "events", $"t{Guid.NewGuid():N}", null, TimeSpan.FromHours(1), null, Directory.CreateTempSubdirectory("rtt-hub-").FullName);

    /// <summary>Settings of a system of its own on the shared servers.</summary>
    public static async Task<PlatformSettings> DistributedAsync(RedisServer? redis = null)
    {
        var id = $"t{Guid.NewGuid():N}";
        return Embedded() with
        {
            RabbitMqUrl = (await SharedServers.RabbitMq).Url, Exchange = $"{id}.events", QueuePrefix = id,
            RedisUrl = (redis ?? await SharedServers.Redis).Url,
            DatabaseUrl = await (await SharedServers.Postgres).CreateDatabaseAsync(),
        };
    }

    public static Task<HubNode> StartAsync(PlatformSettings? settings = null, params (string Key, string Value)[] configuration) =>
        StartAsync(settings ?? Embedded(), board: null, configuration);

    /// <param name="board">In place of the node's own: several nodes of one process can share it.</param>
    public static async Task<HubNode> StartAsync(
        PlatformSettings settings, IAvailabilityBoard? board, params (string Key, string Value)[] configuration)
    {
        var builder =
            WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production", ApplicationName = "RealtimeTours.RealtimeHub" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(configuration.ToDictionary(pair => pair.Key, pair => (string?)pair.Value));
        builder.Configuration["Authentication:Schemes:Bearer:ValidIssuer"] = "tests";
        builder.Configuration["Authentication:Schemes:Bearer:ValidAudience"] = "tests";
        builder.Configuration["Authentication:Schemes:Bearer:SigningKeys:0:Issuer"] = "tests";
        builder.Configuration["Authentication:Schemes:Bearer:SigningKeys:0:Value"] = Convert.ToBase64String(new byte[32]);
        builder.Configuration["RealtimeHub:DrainDelay"] ??= "00:00:00"; // no load balancer here has to notice
        builder.WebHost.UseUrls(builder.Configuration["urls"] ?? "http://127.0.0.1:0");
        builder.AddHostDefaults("realtime-hub", settings);
        builder.Logging.ClearProviders();
        builder.Services.AddMessaging(builder.Configuration, settings, "realtime-hub");
        builder.Services.AddStorage(settings, typeof(EventEnvelope).Assembly);
        builder.Services.AddTokenRevocation();
        builder.Services.AddRealtimeHub(builder.Configuration, settings);
        if (board is not null) builder.Services.AddSingleton(board);
        var app = builder.Build();
        app.UseHostDefaults();
        app.UseRealtimeHub();
        app.MapRealtimeHub();
        await app.StartAsync();
        var node = new HubNode(app);
        // A broker has no queue of ours before the first start; until then it drops what is published.
        await Eventually.ShouldBeTrueAsync(() => node.Get<IEventBus>().Problem is null);
        return node;
    }

    /// <summary>A client that ends with the node.</summary>
    public async Task<HubClient> ConnectAsync(
        string? userId = null, HttpTransportType? transport = null, Action<HttpConnectionOptions>? options = null)
    {
        var client = await HubClient.ConnectAsync(Address, userId is null ? null : Token(userId), transport: transport, options: options);
        _clients.Add(client);
        return client;
    }

    public string Token(string userId) => Get<TokenIssuer>().Sign(userId, [], TimeSpan.FromHours(1))!.Token;

    public Task PublishAsync<T>(string eventType, T data, string? eventId = null, DateTimeOffset? timestamp = null) =>
        Get<IEventBus>().PublishAsync(Event(eventType, data, eventId, timestamp));

    public Task UpdateAsync(string tourId, int spots, long? version = null, string? eventId = null, DateTimeOffset? timestamp = null) =>
        PublishAsync(EventTypes.AvailabilityUpdated, new TourAvailabilityUpdated(tourId, spots, States.Departure, version), eventId, timestamp);

    public int Connections => Get<Subscribers>().All.Count();

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync();
        var folder = Get<PlatformSettings>().DataFolder;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private static OutgoingEvent Event<T>(string eventType, T data, string? eventId, DateTimeOffset? timestamp)
    {
        var envelope = new EventEnvelope(
            eventType, eventId ?? $"evt_{Guid.NewGuid():N}", timestamp ?? DateTimeOffset.UtcNow,
            JsonSerializer.SerializeToElement(data, WireJson.EventOptions));
        return new OutgoingEvent(eventType, envelope.EventId, JsonSerializer.SerializeToUtf8Bytes(envelope, WireJson.EventOptions));
    }
}
