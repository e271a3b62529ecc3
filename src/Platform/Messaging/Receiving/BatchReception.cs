using Microsoft.Extensions.Logging;

namespace RealtimeTours.Platform.Messaging.Receiving;

/// <summary>Handles events that are queued together as one batch. If it fails, each takes the <see cref="ReceivePipeline"/> by itself.</summary>
internal sealed class BatchReception(
    ConsumerDefinition consumer, ReceivePipeline single, ConsumerPause pause, MessagingMetrics metrics, ILogger logger)
{
    /// <returns>The outcome of each message, in the same order.</returns>
    public async Task<ReceiveOutcome[]> RunAsync(IReadOnlyList<ReceivedMessage> messages, CancellationToken stopping)
    {
        var outcomes = new ReceiveOutcome?[messages.Count];
        if (consumer.Batch is { } batch && messages.Count > 1) await TogetherAsync(batch, messages, outcomes, stopping);
        for (var i = 0; i < outcomes.Length; i++) outcomes[i] ??= await single.RunAsync(messages[i], stopping);
        return outcomes!;
    }

    private async Task TogetherAsync(
        ConsumerBatch batch, IReadOnlyList<ReceivedMessage> messages, ReceiveOutcome?[] outcomes, CancellationToken stopping)
    {
        var together = Enumerable.Range(0, messages.Count).Where(i => messages[i].Attempt == 1)
            .Select(i => (Index: i, Envelope: Read(messages[i]))).Where(read => read.Envelope is not null).ToArray();
        if (together.Length < 2) return;
        EventEnvelope[] envelopes = [.. together.Select(read => read.Envelope!)];
        string?[] traceParents = [.. together.Select(read => messages[read.Index].TraceParent)];
        if (await HandleAsync(batch, envelopes, traceParents, stopping) is not { } outcome) return;
        foreach (var (index, _) in together)
        {
            outcomes[index] = outcome;
            metrics.Consumed(consumer.Name, outcome);
        }
    }

    /// <returns>Null if they are to be handled one by one.</returns>
    private async Task<ReceiveOutcome?> HandleAsync(
        ConsumerBatch batch, IReadOnlyList<EventEnvelope> envelopes, IReadOnlyList<string?> traceParents, CancellationToken stopping)
    {
        using var activity = MessagingTracing.ReceivingBatch(consumer.Name, traceParents);
        try
        {
            await pause.RunAsync(() => batch.Handle(envelopes, stopping));
            return ReceiveOutcome.Ack.Instance;
        }
        catch (Exception e) when (e is StoppedWhilePausedException || e is OperationCanceledException && stopping.IsCancellationRequested)
        {
            return ReceiveOutcome.Return.Instance;
        }
        catch (Exception e)
        {
            logger.BatchFailed(consumer.Name, envelopes.Count, $"{e.GetType().Name}: {e.Message}");
            return null;
        }
    }

    private EventEnvelope? Read(ReceivedMessage message)
    {
        try
        {
            return single.Read(message);
        }
        catch (PermanentFailureException)
        {
            return null; // the pipeline fails the same way and reports it
        }
    }
}
