using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Platform.Messaging.RabbitMq;

/// <summary>Moves failed deliveries to their retry or dead-letter queue; confirmed there before the original is acknowledged here.</summary>
internal sealed class RabbitMqForwarder(RabbitMqPublisher publisher, EventTopology topology, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(500);

    /// <returns>True if the original may be acknowledged.</returns>
    public async Task<bool> TakeOverAsync(string consumer, RabbitMqDelivery delivery, ReceiveOutcome outcome, CancellationToken stopping) =>
        outcome switch
    {
        ReceiveOutcome.Ack => true,
        ReceiveOutcome.Retry retry =>
            await MoveAsync(consumer, delivery, topology.Retry(consumer, retry.After), retry.Reason, retry.NextAttempt, stopping),
        ReceiveOutcome.DeadLetter dead => await MoveAsync(consumer, delivery, topology.DeadLetters(consumer), dead.Reason, null, stopping),
        _ => false,
    };

    private async Task<bool> MoveAsync(
        string consumer, RabbitMqDelivery delivery, string queue, string reason, int? nextAttempt, CancellationToken stopping)
    {
        var properties = RabbitMqMessage.Forward(delivery, topology.IsPublished(delivery.Exchange), reason, nextAttempt, time.GetUtcNow());
        for (var said = false; delivery.Session.IsOpen && !stopping.IsCancellationRequested;)
        {
            try
            {
                if (await publisher.PublishAsync(topology.QueueExchange, queue, properties, delivery.Body, CancellationToken.None)) return true;
                // The queue was deleted. A new session declares it again, and the broker redelivers the message.
                delivery.Session.ThrowAway($"queue {queue} is missing");
            }
            catch (EventBusUnavailableException e)
            {
                if (!said) logger.CannotForward(consumer, delivery.Properties.MessageId, queue, e.Message);
                said = true;
                await Task.Delay(RetryInterval, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        return false;
    }
}
