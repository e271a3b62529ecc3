using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using RealtimeTours.Platform.Messaging.RabbitMq;

namespace RealtimeTours.Platform.Messaging.DeadLetters;

/// <summary>Each call has its own connection: unacknowledged messages return to the queue even if this process dies.</summary>
internal sealed class RabbitMqDeadLetters(RabbitMqBusOptions options) : IDeadLetters
{
    /// <summary>Only the oldest are listed, requeued or deleted singly. Each call takes this many: else returned ones change the order.</summary>
    private const int Reach = 1_000;
    private const long ReachBytes = 64 * 1024 * 1024; // a letter that is no event may have any size
    private static readonly TimeSpan WaitForOthers = TimeSpan.FromSeconds(10);
    private static readonly CreateChannelOptions Confirms =
        new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, null);
    private readonly SemaphoreSlim _oneHere = new(1);

    // Without the lock, because it is polled often: it misses letters that another process has fetched at that moment.
    public Task<long> CountAsync(string consumer, CancellationToken cancellationToken) => RunAsync(async channel =>
        (long)(await channel.QueueDeclarePassiveAsync(options.Topology.DeadLetters(consumer), cancellationToken)).MessageCount, none: 0,
        cancellationToken);

    public Task<DeadLetterPage> ListAsync(string consumer, int limit, CancellationToken cancellationToken) =>
        RunLockedAsync(consumer, async channel =>
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
        // Stops after the initial number: a message that fails again at once returns to the tail and would go round for ever.
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
        var bytes = 0L;
        while (taken.Count < Reach && bytes < ReachBytes && await NextAsync(channel, consumer, cancellationToken) is { } dead)
        {
            taken.Add(dead);
            bytes += dead.Body.Length;
        }
        return taken;
    }

    private Task<BasicGetResult?> NextAsync(IChannel channel, string consumer, CancellationToken cancellationToken) =>
        channel.BasicGetAsync(options.Topology.DeadLetters(consumer), autoAck: false, cancellationToken);

    // Acknowledged after the publisher confirm: a crash in between makes two of it, which consumers tolerate.
    private async Task RequeueAsync(IChannel channel, string consumer, BasicGetResult dead)
    {
        await channel.BasicPublishAsync(
            options.Topology.QueueExchange, options.Topology.Queue(consumer), mandatory: true, RabbitMqMessage.Requeue(dead.BasicProperties),
            dead.Body, CancellationToken.None)
            .AsTask().WaitAsync(options.PublishTimeout);
        await channel.BasicAckAsync(dead.DeliveryTag, multiple: false, CancellationToken.None);
    }

    private static DeadLetter Letter(BasicGetResult dead) => RabbitMqMessage.DeadLetter(dead.BasicProperties, dead.Body);

    /// <summary>Waits for the lock between processes: messages that another process has fetched are in no list.</summary>
    private async Task<T> RunLockedAsync<T>(string consumer, Func<IChannel, Task<T>> run, T none, CancellationToken cancellationToken)
    {
        await _oneHere.WaitAsync(cancellationToken); // the local lock first: cheaper than competing for the queue
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
        // Everything still unacknowledged, before another process can take the lock.
        await channel.BasicNackAsync(deliveryTag: 0, multiple: true, requeue: true, CancellationToken.None);
        return result;
    }

    /// <param name="none">The result if the consumer has never run and so has no queues.</param>
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
