using System.Diagnostics;

namespace RealtimeTours.Platform.Messaging;

internal static class MessagingTracing
{
    private static readonly ActivitySource Source = new("RealtimeTours.Messaging");

    /// <returns>Continues the trace in which the event was created, possibly in another process; null if nobody listens to traces.</returns>
    public static Activity? Publishing(OutgoingEvent message)
    {
        if (!Source.HasListeners()) return null;
        ActivityContext.TryParse(message.TraceParent, null, isRemote: true, out var parent);
        return Source.StartActivity($"publish {message.EventType}", ActivityKind.Producer, parent)?.AddTag("messaging.message.id", message.EventId);
    }

    /// <returns>Also if nobody listens to traces, so that events which the handler causes continue the publisher's trace.</returns>
    public static Activity? Receiving(string consumer, EventEnvelope envelope, string? traceParent)
    {
        var name = $"receive {envelope.EventType}";
        if (!ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent))
            return Describe(Source.StartActivity(name, ActivityKind.Consumer, parentContext: default));
        return Describe(Source.StartActivity(name, ActivityKind.Consumer, parent))
            ?? new Activity(name).SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags).Start();

        Activity? Describe(Activity? activity) =>
            activity?.AddTag("messaging.consumer.group.name", consumer).AddTag("messaging.message.id", envelope.EventId)
                .AddTag("correlation.id", envelope.CorrelationId);
    }

    /// <returns>A new trace with a link to each publisher's; null if nobody listens to traces.</returns>
    public static Activity? ReceivingBatch(string consumer, IReadOnlyList<string?> traceParents)
    {
        if (!Source.HasListeners()) return null;
        var links = new List<ActivityLink>();
        foreach (var traceParent in traceParents)
            if (ActivityContext.TryParse(traceParent, null, isRemote: true, out var publisher)) links.Add(new ActivityLink(publisher));
        return Source.StartActivity("receive batch", ActivityKind.Consumer, parentContext: default, links: links)?
            .AddTag("messaging.consumer.group.name", consumer).AddTag("messaging.batch.message_count", traceParents.Count);
    }
}
