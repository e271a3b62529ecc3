using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Redis;
using RealtimeTours.RealtimeHub.Admission;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Events;
using RealtimeTours.RealtimeHub.Nodes;
using RealtimeTours.RealtimeHub.Presence;
using RealtimeTours.RealtimeHub.Telemetry;
using RealtimeTours.RealtimeHub.Transport;
using RealtimeTours.RealtimeHub.Watching;

namespace RealtimeTours.RealtimeHub;

/// <summary>Registers and maps the hub: watching, the availability board, fan-out, presence.</summary>
public static class RealtimeHubModule
{
    private const string CorsPolicy = "realtime-hub";

    /// <exception cref="InvalidSettingException">A setting cannot be used.</exception>
    public static IServiceCollection AddRealtimeHub(this IServiceCollection services, IConfiguration configuration, PlatformSettings settings)
    {
        services.AddLiveBoard(configuration, settings);
        var options = RealtimeHubOptions.Read(configuration);
        services.AddSingleton<HubMetrics>();
        return services.AddSignalRHub(settings, options).AddGuarding().AddDraining(options).AddAdmission(configuration)
            .AddHostedService<BoardReconciliation>().AddWatching(settings)
            .AddHubEvents(settings).AddNodeReports(settings);
    }

    /// <summary>Admission checks; goes before the endpoints. CORS comes first, so that a browser can read a refusal.</summary>
    public static IApplicationBuilder UseRealtimeHub(this IApplicationBuilder app) => app.UseWhen(
        context => context.Request.Path.StartsWithSegments(HubContract.Path),
        hub => hub.UseMiddleware<OriginAndTokenMiddleware>().UseCors(CorsPolicy).UseMiddleware<DrainingMiddleware>()
            .UseMiddleware<ConnectionLimitMiddleware>().UseDirectUpgrades());

    /// <summary>Maps the hub at <see cref="HubContract.Path"/>.</summary>
    public static IEndpointConventionBuilder MapRealtimeHub(this IEndpointRouteBuilder endpoints)
    {
        var options = new HttpConnectionDispatcherOptions { CloseOnAuthenticationExpiration = true };
        options.WebSockets.CloseTimeout = TimeSpan.FromSeconds(2); // a client that was told to close and does not answer is disconnected
        var transports = endpoints.ServiceProvider.GetRequiredService<OpenTransports>();
        return endpoints.MapConnections(HubContract.Path, options, connections => connections
            .Use(next => connection => transports.KeepAsync(connection.GetHttpContext(), () => next(connection)))
            .UseDirectOutput().UseHub<AvailabilityHub>());
    }

    private static IServiceCollection AddSignalRHub(this IServiceCollection services, PlatformSettings settings, RealtimeHubOptions limits)
    {
        var signalR = services.AddSignalR(options =>
        {
            options.MaximumReceiveMessageSize = MessageGuard.MaxMessageBytes;
            options.EnableDetailedErrors = false;
            options.HandshakeTimeout = limits.HandshakeTimeout;
            options.KeepAliveInterval = TimeSpan.FromSeconds(10);
            options.ClientTimeoutInterval = TimeSpan.FromSeconds(30);
        }).AddJsonProtocol(options => WireJson.Configure(options.PayloadSerializerOptions));
        // SignalR's own pings keep connections open; a WebSocket's would need a timer each.
        services.Configure<Microsoft.AspNetCore.Builder.WebSocketOptions>(options => options.KeepAliveInterval = Timeout.InfiniteTimeSpan);
        // SignalR logs a client's broken or refused message as an error with its stack: any client could flood the log.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.SignalR.HubConnectionHandler", LogLevel.Critical));
        services.AddSingleton<IUserIdProvider, UserIdFromSubject>();
        services.AddSingleton<JsonHubProtocol>();
        services.AddSingleton<IHubProtocol, AvailabilityHubProtocol>(); // of two protocols with the same name SignalR uses the one added last

        if (settings.Distributed) signalR.AddRedisHubBackplane<AvailabilityHub>(settings);
        else services.AddSingleton<HubLifetimeManager<AvailabilityHub>, DefaultHubLifetimeManager<AvailabilityHub>>();
        services.AddSingleton(new SeamChoice("SignalR's backplane", settings.Distributed ? nameof(RedisHubBackplane) : "in process"));
        services.Decorate<HubLifetimeManager<AvailabilityHub>>((inner, provider) =>
            new ConnectionTrackingLifetimeManager<AvailabilityHub>(
                inner, provider.GetRequiredService<Subscribers>(), provider.GetRequiredService<MessageGuardParts>(),
                provider.GetRequiredService<HubMetrics>()));
        return services;
    }

    private static IServiceCollection AddAdmission(this IServiceCollection services, IConfiguration configuration)
    {
        var origins = AllowedOrigins.Read(configuration);
        services.AddSingleton(origins);
        return services.AddCors(cors => cors.AddPolicy(CorsPolicy, policy =>
            policy.SetIsOriginAllowed(origins.Contains).AllowAnyHeader().AllowAnyMethod().AllowCredentials()));
    }

    private static IServiceCollection AddGuarding(this IServiceCollection services)
    {
        services.AddSingleton<MessageGuardParts>();
        return services.AddSingleton<OpenTransports>();
    }

    private static IServiceCollection AddDraining(this IServiceCollection services, RealtimeHubOptions limits)
    {
        services.AddSingleton<HubDrain>();
        services.AddHostedService(provider => provider.GetRequiredService<HubDrain>());
        // The drain counts towards the host's shutdown timeout; what stops after it needs time too.
        return services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromTicks(
            Math.Max(
                host.ShutdownTimeout.Ticks, (limits.DrainDelay + limits.DrainPeriod + 2 * HubDrain.CloseTimeout + TimeSpan.FromSeconds(5)).Ticks)));
    }

    private static IServiceCollection AddWatching(this IServiceCollection services, PlatformSettings settings)
    {
        services.AddSingleton<FanOut>();
        services.AddSingleton<WatchingParts>();
        services.AddSingleton<Subscribers>();
        services.AddHostedService<ConnectionSweep>();
        services.AddHostedService<AnnounceWatchedTours>();
        services.AddSeam<IPresence, MemoryPresence, RedisPresence>(settings.Distributed);
        return services.AddHostedService<PresencePush>();
    }

    private static IServiceCollection AddHubEvents(this IServiceCollection services, PlatformSettings settings)
    {
        services.AddSeam<IProcessedEvents, MemoryProcessedEvents, RedisProcessedEvents>(settings.Distributed);
        services.AddSeam<IWatcherBroadcast, InProcessWatcherBroadcast, RedisWatcherBroadcast>(settings.Distributed);
        services.AddHostedService<WatcherBroadcastListening>();
        services.AddSingleton<UserPushes>();
        services.AddSingleton<BoardBatches>();
        return services.AddEventConsumer<RealtimeHubConsumer>(
            RealtimeHubConsumer.Name, RealtimeHubConsumer.RoutingKeys, RealtimeHubConsumer.Concurrency,
            needs: settings.Distributed ? provider => ActivatorUtilities.CreateInstance<RedisDependency>(provider) : null);
    }

    private static void Decorate<T>(this IServiceCollection services, Func<T, IServiceProvider, T> decorate) where T : class
    {
        var inner = services.Last(service => service.ServiceType == typeof(T));
        services.Remove(inner);
        services.AddSingleton(provider => decorate(
            (T)(inner.ImplementationInstance
                ?? inner.ImplementationFactory?.Invoke(provider)
                ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!)),
            provider));
    }
}
