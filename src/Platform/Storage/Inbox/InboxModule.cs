using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Platform.Storage.Inbox;

/// <summary>Transactional consumers: the handler runs in the transaction that writes the inbox row, so a redelivered event changes nothing.</summary>
public static class InboxModule
{
    /// <summary>Adds a durable consumer, see <see cref="IEventBus.Consume"/>. Requires storage and messaging.</summary>
    /// <param name="name">Of its queue and of its inbox rows.</param>
    public static IServiceCollection AddTransactionalConsumer<THandler>(
        this IServiceCollection services, string name, string[] routingKeys, int concurrency = 32)
        where THandler : class, ITransactionalHandler
    {
        services.TryAddSingleton<THandler>();
        return services.AddConsumer(name, provider =>
        {
            var consumer = TransactionalConsumer.Of(name, provider.GetRequiredService<Database>(), provider.GetRequiredService<THandler>());
            return new ConsumerDefinition(name, routingKeys, consumer.HandleAsync, concurrency, provider.GetRequiredService<DatabaseDependency>());
        });
    }

    /// <summary>As <see cref="AddTransactionalConsumer{THandler}"/>, several events in one transaction.</summary>
    /// <param name="batch">The most events in one transaction. It takes what is queued and waits for no more.</param>
    /// <param name="concurrency">Concurrent transactions. The fewer, the larger the batches.</param>
    public static IServiceCollection AddTransactionalBatchConsumer<THandler>(
        this IServiceCollection services, string name, string[] routingKeys, int batch, int concurrency = 1)
        where THandler : class, ITransactionalBatchHandler
    {
        services.TryAddSingleton<THandler>();
        return services.AddConsumer(name, provider =>
        {
            var consumer = TransactionalConsumer.Of(name, provider.GetRequiredService<Database>(), provider.GetRequiredService<THandler>());
            return new ConsumerDefinition(
                name, routingKeys, consumer.HandleAsync, concurrency, provider.GetRequiredService<DatabaseDependency>(),
                new ConsumerBatch(batch, consumer.HandleAsync));
        });
    }
}
