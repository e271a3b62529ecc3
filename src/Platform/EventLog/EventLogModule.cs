using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.InProcess;
using RealtimeTours.Platform.Storage.Jobs;

namespace RealtimeTours.Platform.EventLog;

public static class EventLogModule
{
    /// <summary>Adds the event log, its replay and its clean-up. Requires messaging and storage; one kind of host needs it.</summary>
    /// <exception cref="InvalidSettingException">A setting of the log is out of range.</exception>
    public static IServiceCollection AddEventLog(this IServiceCollection services, IConfiguration configuration, PlatformSettings settings)
    {
        services.AddSingleton(EventLogSettings.Read(configuration))
            .AddSingleton<EventLogTable>()
            .AddSingleton<EventLogMetrics>()
            .AddSingleton<EventLogPosition>()
            .AddSingleton(provider => (IConsumerQueues)provider.GetRequiredService<IEventBus>())
            .AddSingleton(provider => new EventReplay(
                provider.GetRequiredService<EventLogTable>(), provider.GetRequiredService<IConsumerQueues>(),
                provider.GetRequiredService<EventLogMetrics>()));
        services.AddFencedJob<EventLogCleaning>(EventLogCleaning.Name, EventLogCleaning.EveryMinute).AddHostedService<EventLogCounts>();
        if (!settings.Distributed) return services.AddSingleton<IEventJournal, InProcessEventJournal>();
        services.AddSingleton<RabbitMqAuditStream>().AddHostedService(provider => provider.GetRequiredService<RabbitMqAuditStream>());
        services.AddHealthChecks().AddCheck<RabbitMqAuditStream>("event-log", tags: ["ready"]);
        return services;
    }
}
