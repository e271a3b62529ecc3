using System.Diagnostics;
using System.Text.Json;

namespace RealtimeTours.Platform.Messaging.Receiving;

/// <param name="Body">Valid as long as the message.</param>
/// <param name="RoutingKey">The publisher's; null if the message did not come through the event exchange.</param>
/// <param name="EventId">From the message's properties; null if only the body has it.</param>
/// <param name="FirstFailedAt">Null before the first failure, and if the message itself carries it.</param>
internal sealed record ReceivedMessage(
    ReadOnlyMemory<byte> Body, string? RoutingKey, string? TraceParent, int Attempt, DateTimeOffset? FirstFailedAt = null, string? EventId = null);

/// <summary>What the steps of the <see cref="ReceivePipeline"/> pass on to each other.</summary>
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
