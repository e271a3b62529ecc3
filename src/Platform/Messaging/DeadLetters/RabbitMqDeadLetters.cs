using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using RealtimeTours.Platform.Messaging.RabbitMq;

namespace RealtimeTours.Platform.Messaging.DeadLetters;

/// <summary>
/// The dead letters in RabbitMQ's <c>.dlq</c> queues. Each call has a connection of its own: what it took and did not acknowledge goes back, also
/// when this process dies in the middle. A queue puts what comes back behind what came back before, so that only who takes as many each time
/// keeps the order.
/// </summary>
internal sealed class RabbitMqDeadLetters(RabbitMqBusOptions options) : IDeadLetters
{
    /// <summary>The oldest so many can be listed, requeued and deleted one by one; those behind them once these are gone.</summary>
    private const int Reach = 1_000;
    private static readonly TimeSpan WaitForOthers = TimeSpan.FromSeconds(10);
    private static readonly CreateChannelOptions Confirms = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, null);
    private readonly SemaphoreSlim _oneHere = new(1);

    // Without the lock: a figure that is looked at often, and short by what somebody has in hand at that moment.
    public Task<long> CountAsync(string consumer, CancellationToken cancellationToken) => RunAsync(async channel =>
        (long)(await channel.QueueDeclarePassiveAsync(options.Topology.DeadLetters(consumer), cancellationToken)).MessageCount, none: 0, cancellationToken);

    public Task<DeadLetterPage> ListAsync(string consumer, int limit, CancellationToken cancellationToken) => RunLockedAsync(consumer, async channel =>
    {
        var taken = await TakeAsync(channel, consumer, cancellationToken);
        var total = taken.Count == 0 ? 0 : taken.Count + taken[^1].MessageCount;
        return new DeadLetterPage(consumer, total, [.. taken.Take(limit).Select(dead => Letter(dead).ToView())]);
    }, none: new DeadLetterPage(consumer, 0, []), cancellationToken);

    public Task<bool> RequeueAsync(string consumer, string id, CancellationToken cancellationToken) => RunLockedAsync(consumer, async channel =>
    {
        if ((await TakeAsync(channel, consumer, cancellationToken)).Find(dead => Letter(dead).Id == id) is not { } found) return false;
        await RequeueAsync(channel, consumer, found);
        return true;
    }, none: false, cancellationToken);

    public Task<int> RequeueAllAsync(string consumer, CancellationToken cancellationToken) => RunLockedAsync(consumer, async channel =>
    {
        var requeued = 0;
        // Only as many as there were: one that fails again at once comes back to the tail, and would go round for ever.
        for (long? left = null; left is not 0 && await NextAsync(channel, consumer, cancellationToken) is { } dead; left--)
        {
            left ??= dead.MessageCount + 1L;
            await RequeueAsync(channel, consumer, dead);
            requeued++;
        }
        return requeued;
    }, none: 0, cancellationToken);

    public Task<bool> DeleteAsync(string consumer, string id, CancellationToken cancellationToken) => RunLockedAsync(consumer, async channel =>
    {
        if ((await TakeAsync(channel, consumer, cancellationToken)).Find(dead => Letter(dead).Id == id) is not { } found) return false;
        await channel.BasicAckAsync(found.DeliveryTag, multiple: false, CancellationToken.None);
        return true;
    }, none: false, cancellationToken);

    private async Task<List<BasicGetResult>> TakeAsync(IChannel channel, string consumer, CancellationToken cancellationToken)
    {
        var taken = new List<BasicGetResult>();
        while (taken.Count < Reach && await NextAsync(channel, consumer, cancellationToken) is { } dead) taken.Add(dead);
        return taken;
    }

    private Task<BasicGetResult?> NextAsync(IChannel channel, string consumer, CancellationToken cancellationToken) =>
        channel.BasicGetAsync(options.Topology.DeadLetters(consumer), autoAck: false, cancellationToken);

    // Confirmed in the consumer's queue before it leaves this one: a crash in between makes two of it, which consumers are made for.
    private async Task RequeueAsync(IChannel channel, string consumer, BasicGetResult dead)
    {
        await channel.BasicPublishAsync(
            exchange: "", options.Topology.Queue(consumer), mandatory: true, RabbitMqMessage.Requeue(dead.BasicProperties), dead.Body, CancellationToken.None)
            .AsTask().WaitAsync(options.PublishTimeout);
        await channel.BasicAckAsync(dead.DeliveryTag, multiple: false, CancellationToken.None);
    }

    private static DeadLetter Letter(BasicGetResult dead) => RabbitMqMessage.DeadLetter(dead.BasicProperties, dead.Body);

    /// <summary>Waits until nobody else looks, in any process: what another holds in hand is in nobody's list.</summary>
    private async Task<T> RunLockedAsync<T>(string consumer, Func<IChannel, Task<T>> run, T none, CancellationToken cancellationToken)
    {
        await _oneHere.WaitAsync(cancellationToken); // cheaper than to fight over the queue with oneself
        try
        {
            var started = TimeProvider.System.GetTimestamp();
            while (true)
            {
                try
                {
                    return await RunAsync(channel => HoldLockAsync(channel, consumer, run, cancellationToken), none, cancellationToken);
                }
                catch (LockedException)
                {
                    if (TimeProvider.System.GetElapsedTime(started) > WaitForOthers)
                        throw new EventBusUnavailableException("Somebody else is looking through these dead letters; try again.");
                }
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(50, 150)), cancellationToken);
            }
        }
        finally
        {
            _oneHere.Release();
        }
    }

    private async Task<T> HoldLockAsync<T>(IChannel channel, string consumer, Func<IChannel, Task<T>> run, CancellationToken cancellationToken)
    {
        await channel.QueueDeclareAsync(
            options.Topology.DeadLettersLock(consumer), durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellationToken);
        var result = await run(channel);
        // All that is still in hand, before the next one can take the lock.
        await channel.BasicNackAsync(deliveryTag: 0, multiple: true, requeue: true, CancellationToken.None);
        return result;
    }

    /// <param name="none">The result where the consumer has never run, so that its queues do not exist.</param>
    private async Task<T> RunAsync<T>(Func<IChannel, Task<T>> run, T none, CancellationToken cancellationToken)
    {
        RabbitMqSession? session = null;
        try
        {
            session = await RabbitMqSession.OpenAsync(options.Url, "dead letters", Confirms, cancellationToken);
            return await run(session.Channel);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return none;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.ResourceLocked)
        {
            throw new LockedException();
        }
        catch (PublishException e)
        {
            throw new EventBusUnavailableException("RabbitMQ did not take the message back: its consumer has no queue, or the queue refuses it.", e);
        }
        catch (Exception e) when (e is RabbitMQClientException or ObjectDisposedException or IOException or TimeoutException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new EventBusUnavailableException($"RabbitMQ did not do it: {e.Message}", e);
        }
        finally
        {
            if (session is not null) await session.CloseAsync();
        }
    }

    private sealed class LockedException : Exception;
}
