using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace RealtimeTours.Platform.Messaging.RabbitMq;

/// <summary>Publishes with confirms. A missing confirm ends the session: the client can wait for ever (rabbitmq-dotnet-client 1930).</summary>
internal sealed class RabbitMqPublisher : IAsyncDisposable
{
    private readonly RabbitMqBusOptions _options;
    private readonly RabbitMqLink _link;

    public RabbitMqPublisher(RabbitMqBusOptions options, ILogger logger)
    {
        _options = options;
        // Null: no rate limiter, which would throttle publishers from half its limit on and reorder them; the session's slots bound them.
        var confirms = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, null);
        _link = new RabbitMqLink(options, "publisher", confirms, SetUpAsync, logger).Start();
    }

    public RabbitMqLink Link => _link;

    /// <returns>False if the broker confirmed but no queue was bound for it.</returns>
    /// <exception cref="EventBusUnavailableException">Not confirmed in time; it may have arrived.</exception>
    public async Task<bool> PublishAsync(
        string exchange, string routingKey, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        await await HandOverAsync(exchange, routingKey, properties, body, cancellationToken);

    /// <summary>Completes when the message is in the channel's queue, behind all that were handed over before.</summary>
    /// <returns>The result of <see cref="PublishAsync"/>. Both steps can throw <see cref="EventBusUnavailableException"/>.</returns>
    public async Task<Task<bool>> HandOverAsync(
        string exchange, string routingKey, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var session = _link.Current ?? await SessionAsync(cancellationToken);
        if (!await session.PublishSlots.WaitAsync(_options.PublishTimeout, cancellationToken))
            throw new EventBusUnavailableException($"RabbitMQ did not confirm others within {_options.PublishTimeout.TotalSeconds} s.");
        // Returns at its first wait, with its place in the queue: BasicPublishAsync (7.2.2) awaits nothing before the channel's semaphore, which
        // serves asynchronous waiters in order, and writes the frames before it releases it.
        var confirm = ConfirmAsync(session, exchange, routingKey, properties, body);
        _ = confirm.ContinueWith(task => task.Exception, TaskContinuationOptions.OnlyOnFaulted); // observed, even if nobody awaits it
        return InTimeAsync(session, confirm, cancellationToken);
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task<bool> InTimeAsync(RabbitMqSession session, Task<bool> confirm, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.Closed);
        limit.CancelAfter(_options.PublishTimeout);
        try
        {
            return await confirm.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            if (!session.IsOpen)
                throw new EventBusUnavailableException($"RabbitMQ did not confirm: the connection was lost ({session.CloseReason}).");
            var timeout = $"no confirm within {_options.PublishTimeout.TotalSeconds} s";
            session.ThrowAway(timeout);
            throw new EventBusUnavailableException($"RabbitMQ did not confirm: {timeout}.");
        }
        catch (PublishException nack)
        {
            throw new EventBusUnavailableException("RabbitMQ refused the message.", nack);
        }
        catch (Exception e) when (e is RabbitMQClientException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            session.ThrowAway(e.Message); // no effect after another publish ended the session
            throw new EventBusUnavailableException($"RabbitMQ did not confirm: the connection was lost ({session.CloseReason}).", e);
        }
    }

    private async Task<RabbitMqSession> SessionAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.PublishTimeout);
        try
        {
            return await _link.SessionAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EventBusUnavailableException($"RabbitMQ is not reachable: {_link.Problem}");
        }
    }

    // No cancellation token: a message that may have been sent keeps its slot and its confirm's sequence number until the broker answers.
    private static async Task<bool> ConfirmAsync(
        RabbitMqSession session, string exchange, string routingKey, BasicProperties properties, ReadOnlyMemory<byte> body)
    {
        try
        {
            await session.Channel.BasicPublishAsync(exchange, routingKey, mandatory: true, properties, body, CancellationToken.None);
            return true;
        }
        catch (PublishException returned) when (returned.IsReturn)
        {
            return false;
        }
        finally
        {
            session.PublishSlots.Release();
        }
    }

    private async Task SetUpAsync(RabbitMqSession session, CancellationToken cancellationToken)
    {
        await RabbitMqTopology.DeclareExchangesAsync(session.Channel, _options.Topology, cancellationToken);
        await RabbitMqTopology.AuditStreamExistsAsync(session, _options.Topology, cancellationToken); // throws until it is open
    }
}
