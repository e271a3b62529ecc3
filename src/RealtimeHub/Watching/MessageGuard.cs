using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.RealtimeHub.Admission;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Watching;

internal sealed record MessageGuardParts(HubMetrics Metrics, IOptions<RealtimeHubOptions> Options, TimeProvider Time, ILogger<MessageGuard> Logger);

/// <summary>
/// One connection's protocol with limits on what its client sends. A call beyond the throttle fails by itself. Who floods the hub, or does not speak
/// its protocol, is told why and disconnected without an invitation: the stock clients would reconnect at once and begin again (decision 8).
/// </summary>
internal sealed class MessageGuard(HubConnectionContext connection, IHubProtocol inner, MessageGuardParts parts) : IHubProtocol
{
    /// <summary>The longest call that the contract allows: 200 tour ids of 128 characters, each written as <c>\uXXXX</c>.</summary>
    public const int MaxMessageBytes = 160 * 1024;

    private const int BytesPerMessage = 4 * 1024;

    private readonly TokenBucket _messages = new(parts.Options.Value.MaxMessagesPerSecond, parts.Options.Value.MessageBurst, parts.Time);
    private readonly TokenBucket _tourIds = new(parts.Options.Value.MaxTourIdsPerSecond, parts.Options.Value.TourIdBurst, parts.Time);

    public string Name => inner.Name;

    public int Version => inner.Version;

    public TransferFormat TransferFormat => inner.TransferFormat;

    public bool IsVersionSupported(int version) => inner.IsVersionSupported(version);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => inner.GetMessageBytes(message);

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => inner.WriteMessage(message, output);

    /// <exception cref="HubException">The connection ends: SignalR passes the message on to the client.</exception>
    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        var received = input.Length;
        try
        {
            while (!inner.TryParseMessage(ref input, binder, out message))
            {
                if (input.Length == received)
                    return received < MaxMessageBytes
                        ? false
                        : throw Closing(RefusalReason.MessageSize, $"A message has at most {MaxMessageBytes} bytes.");
                // SignalR passes over types of message that it does not know, and with "false" would leave what came behind until more comes.
                Charge(received - input.Length);
                received = input.Length;
            }
        }
        catch (InvalidDataException e)
        {
            throw Closing(RefusalReason.Malformed, e.Message);
        }
        Charge(received - input.Length);
        if (message is HubMethodInvocationMessage call && !_tourIds.TryTake(TourIds(call))) message = Failed(call);
        return true;
    }

    private void Charge(long bytes)
    {
        if (!_messages.TryTake(1 + (bytes - 1) / BytesPerMessage))
            throw Closing(RefusalReason.MessageRate,
                $"A connection may send {parts.Options.Value.MaxMessagesPerSecond} messages a second, {parts.Options.Value.MessageBurst} at once " +
                $"after a quiet time.");
    }

    // Each id costs, also one that is repeated: its snapshot is written as often. A call with too many does nothing but fail.
    private static int TourIds(HubMethodInvocationMessage call) =>
        call.Arguments is [string?[] { Length: > 1 and <= HubContract.MaxToursPerCall } several] ? several.Length : 1;

    private InvocationBindingFailureMessage Failed(HubMethodInvocationMessage call)
    {
        parts.Metrics.Refused(RefusalReason.TourIdRate);
        return new InvocationBindingFailureMessage(call.InvocationId, call.Target, ExceptionDispatchInfo.Capture(new HubException(
            $"A connection may name {parts.Options.Value.MaxTourIdsPerSecond} tours a second in its calls, {parts.Options.Value.TourIdBurst} at " +
            $"once after a quiet time; try again later.")));
    }

    private HubException Closing(string reason, string message)
    {
        parts.Metrics.Refused(reason);
        HubLog.MessageRefused(parts.Logger, reason);
        connection.Abort(); // the message that closes the connection, which SignalR still sends, then asks for no reconnect
        return new HubException(message);
    }
}
