using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging.DeadLetters;
using RealtimeTours.Platform.Messaging.InProcess;
using RealtimeTours.Platform.Messaging.RabbitMq;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Platform.Messaging;

public static class MessagingModule
{
    /// <param name="source">The <c>source</c> of this host's events, such as <c>web</c>.</param>
    /// <exception cref="InvalidSettingException"><c>Messaging:RetryDelays</c> cannot be read.</exception>
    public static IServiceCollection AddMessaging(
        this IServiceCollection services, IConfiguration configuration, PlatformSettings settings, string source)
    {
        services.AddSeam<IEventBus, InProcessEventBus, RabbitMqEventBus>(settings.Distributed);
        services.AddSeam<IDeadLetters, InProcessDeadLetters, RabbitMqDeadLetters>(settings.Distributed);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(RetrySchedule.Read(configuration));
        services.AddSingleton(_ => RabbitMqBusOptions.From(settings));
        services.AddSingleton<MessagingMetrics>();
        services.AddSingleton(provider => new EventFactory(provider.GetRequiredService<TimeProvider>(), source));
        services.AddHostedService<EventSubscriptions>();
        services.AddHealthChecks().AddCheck<EventBusHealth>("event-bus", tags: ["ready"]);
        return services;
    }

    /// <summary>Adds <see cref="DeadLetterCounts"/> and the gauge <c>messaging_dead_letters</c>.</summary>
    /// <param name="consumers">Consumers of other processes; those of this host are included.</param>
    public static IServiceCollection AddDeadLetterCounts(this IServiceCollection services, IReadOnlyList<string> consumers)
    {
        services.AddSingleton(provider =>
        {
            var names = provider.GetServices<RegisteredConsumer>().Select(consumer => consumer.Name)
                .Union(provider.GetServices<ConsumerElsewhere>().Select(consumer => consumer.Name))
                .Union(consumers).Order(StringComparer.Ordinal).ToArray();
            var counts = new DeadLetterCounts(provider.GetRequiredService<IDeadLetters>(), names, provider.GetRequiredService<TimeProvider>());
            provider.GetRequiredService<MessagingMetrics>().ObserveDeadLetters(() => counts.Current);
            return counts;
        });
        return services.AddHostedService(provider => provider.GetRequiredService<DeadLetterCounts>());
    }

    /// <summary>Adds the names of consumers in other processes, for <see cref="AddDeadLetterCounts"/>.</summary>
    internal static void AddConsumersElsewhere(this IServiceCollection services, IEnumerable<string> names)
    {
        foreach (var name in names) services.AddSingleton(new ConsumerElsewhere(name));
    }

    /// <summary>The durable consumers that have been registered so far.</summary>
    internal static IEnumerable<string> ConsumerNames(this IServiceCollection services) =>
        services.Select(service => service.ImplementationInstance).OfType<RegisteredConsumer>().Select(consumer => consumer.Name);

    /// <summary>Adds a durable consumer, see <see cref="IEventBus.Consume"/>.</summary>
    /// <param name="needs">The server during whose outage it pauses; null for none.</param>
    public static IServiceCollection AddEventConsumer<THandler>(
        this IServiceCollection services, string name, string[] routingKeys, int concurrency = 32,
        Func<IServiceProvider, IConsumerDependency>? needs = null)
        where THandler : class, IEventHandler
    {
        services.TryAddSingleton<THandler>();
        return services.AddConsumer(name, provider => new ConsumerDefinition(
            name, routingKeys, provider.GetRequiredService<THandler>().HandleAsync, concurrency, needs?.Invoke(provider)));
    }

    internal static IServiceCollection AddConsumer(
        this IServiceCollection services, string name, Func<IServiceProvider, ConsumerDefinition> definition) => services
        .AddSingleton(new RegisteredConsumer(name))
        .AddSingleton(new EventSubscription(name, (provider, bus) => bus.Consume(definition(provider))));

    /// <summary>Adds a listener of this process, see <see cref="IEventBus.Listen"/>.</summary>
    /// <param name="backlog">See <see cref="ListenerDefinition"/>.</param>
    public static IServiceCollection AddEventListener<THandler>(
        this IServiceCollection services, string name, string[] routingKeys, int capacity = 10_000, ListenerBacklog? backlog = null)
        where THandler : class, IEventHandler
    {
        services.TryAddSingleton<THandler>();
        return services.AddSingleton(new EventSubscription(name, (provider, bus) =>
            bus.Listen(new ListenerDefinition(name, routingKeys, provider.GetRequiredService<THandler>().HandleAsync, capacity, backlog))));
    }
}
