using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace RealtimeTours.Platform.Messaging.RabbitMq;

/// <summary>
/// Publishes over one channel with confirms; many calls at once share the round trips. A confirm that does not come in time costs the
/// whole session: the client can leave a publish waiting for ever once its broker has restarted (rabbitmq-dotnet-client 1930).
/// </summary>
internal sealed class RabbitMqPublisher : IAsyncDisposable
{
    private readonly RabbitMqBusOptions _options;
    private readonly RabbitMqLink _link;

    public RabbitMqPublisher(RabbitMqBusOptions options, ILogger logger)
    {
        _options = options;
        // The client's own limiter slows publishers down from half its limit on, and stands before its line; the session's slots only bound them.
        var confirms = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, null);
        _link = new RabbitMqLink(options, "publisher", confirms, SetUpAsync, logger).Start();
    }

    public RabbitMqLink Link => _link;

    /// <returns>False where the broker confirmed but no queue was bound for it.</returns>
    /// <exception cref="EventBusUnavailableException">Not confirmed in time; it may or may not have arrived.</exception>
    public async Task<bool> PublishAsync(
        string exchange, string routingKey, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        await await HandOverAsync(exchange, routingKey, properties, body, cancellationToken);

    /// <summary>Completes when the message is in the channel's line, behind all that were handed over before.</summary>
    /// <returns>What <see cref="PublishAsync"/> returns.</returns>
    /// <exception cref="EventBusUnavailableException">In either step.</exception>
    public async Task<Task<bool>> HandOverAsync(
        string exchange, string routingKey, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var session = _link.Current ?? await SessionAsync(cancellationToken);
        if (!await session.PublishSlots.WaitAsync(_options.PublishTimeout, cancellationToken))
            throw new EventBusUnavailableException($"RabbitMQ did not confirm others within {_options.PublishTimeout.TotalSeconds} s.");
        // Returns for the first time with its place in the line: BasicPublishAsync (7.2.2) awaits nothing before its channel's semaphore, where asynchronous
        // waiters are served in the order they came, and writes the frames while it holds it.
        var confirm = ConfirmAsync(session, exchange, routingKey, properties, body);
        _ = confirm.ContinueWith(task => task.Exception, TaskContinuationOptions.OnlyOnFaulted); // seen, even where nobody waits any more
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
            if (!session.IsOpen) throw new EventBusUnavailableException($"RabbitMQ did not confirm: the connection was lost ({session.CloseReason}).");
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
            session.ThrowAway(e.Message); // changes nothing where another publish has thrown it away; its reason is the cause then
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

    // Ends when the broker answers or the channel dies, whoever still waits for it. No token: a message that may be on its way keeps its
    // slot and its number in the sequence of confirms.
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
        await RabbitMqTopology.DeclareExchangeAsync(session.Channel, _options.Topology, cancellationToken);
        await RabbitMqTopology.AuditStreamExistsAsync(session, _options.Topology, cancellationToken); // throws until it is open
    }
}
