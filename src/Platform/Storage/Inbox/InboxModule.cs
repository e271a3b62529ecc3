using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Platform.Storage.Inbox;

/// <summary>
/// Registers transactional consumers: the handler runs in a transaction in which its consumer has entered the event into the inbox, so an
/// event that comes again changes nothing. They begin when the schema is there. While the database is away they pause, and no event uses up
/// its attempts.
/// </summary>
public static class InboxModule
{
    /// <summary>See <see cref="IEventBus.Consume"/> for what a durable consumer is. Needs the storage and the messaging.</summary>
    /// <param name="name">Of the consumer: of its queue, and in the inbox.</param>
    /// <param name="concurrency">How many transactions it has at once.</param>
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
    /// <param name="batch">The most events of one transaction. None waits for others: it takes what is there.</param>
    /// <param name="concurrency">How many transactions it has at once. The fewer, the larger the batches.</param>
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
