using System.Diagnostics;
using System.Text.Json;

namespace RealtimeTours.Platform.Messaging.Receiving;

/// <summary>One delivery, whichever bus it came from.</summary>
/// <param name="Body">Owned by the message: valid as long as it is.</param>
/// <param name="RoutingKey">What it was published with; null where it did not come through the event exchange.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="EventId">What the publisher called it; null where only the body says it.</param>
/// <param name="FirstFailedAt">When the first attempt failed; null before, and where the message itself keeps it.</param>
internal sealed record ReceivedMessage(
    ReadOnlyMemory<byte> Body, string? RoutingKey, string? TraceParent, int Attempt, DateTimeOffset? FirstFailedAt = null, string? EventId = null);

/// <summary>What the steps of the <see cref="ReceivePipeline"/> learn about a delivery, each for the next.</summary>
internal sealed class Reception(ReceivedMessage message) : IDisposable
{
    public ReceivedMessage Message { get; } = message;

    public JsonElement Json { get; set; }

    public EventEnvelope? Envelope { get; set; }

    public Activity? Activity { get; set; }

    public IDisposable? LogScope { get; set; }

    public string Step { get; set; } = "";

    public void Dispose()
    {
        LogScope?.Dispose();
        Activity?.Dispose();
    }
}
