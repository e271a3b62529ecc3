using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;
using RealtimeTours.RealtimeHub.Admission;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>
/// Limits size and rate of clients' messages, before SignalR acts on them. A client that exceeds a limit is told why and disconnected: SignalR passes
/// on a <see cref="HubException"/>'s message, and asks for no reconnect.
/// </summary>
internal sealed class MessageGuard(HubMetrics metrics, IOptions<RealtimeHubOptions> options, TimeProvider time, ILogger<MessageGuard> logger)
{
    /// <summary>200 tour ids of 128 characters are 26 KB, more with escapes.</summary>
    public const int MaxListBytes = 32 * 1024;

    // Only lists of tours may be longer: docs/decisions/0008.
    private static readonly string[] ListMethods =
        [nameof(AvailabilityHub.WatchTours), nameof(AvailabilityHub.UnwatchTours), nameof(AvailabilityHub.StreamAvailability)];

    // The binder is the only thing SignalR passes to the protocol that identifies the connection.
    private readonly ConditionalWeakTable<IInvocationBinder, TokenBucket> _buckets = [];

    /// <param name="bytes">Length so far of a message without an end.</param>
    /// <exception cref="HubException">It is longer than any message may be.</exception>
    public void CheckUnfinished(long bytes)
    {
        if (bytes >= MaxListBytes) throw Refused(RefusalReason.MessageSize, $"A message has at most {MaxListBytes} bytes.");
    }

    /// <exception cref="HubException">It is too long, or too many came lately. Pings count; a list of 20 KB counts as five.</exception>
    public void Check(IInvocationBinder binder, HubMessage message, long bytes)
    {
        var size = 1 + (bytes - 1) / options.Value.MaxMessageBytes;
        if (size > 1 && !IsList(message))
            throw Refused(
                RefusalReason.MessageSize, $"A message of this kind has at most {options.Value.MaxMessageBytes} bytes; this one has {bytes}.");
        if (!_buckets.GetValue(binder, NewBucket).TryTake(size))
            throw Refused(RefusalReason.MessageRate,
                $"A connection may send {options.Value.MaxMessagesPerSecond} messages a second, {options.Value.MessageBurst} at once after a quiet " +
                $"time.");
    }

    private static bool IsList(HubMessage message) => message switch
    {
        HubMethodInvocationMessage call => ListMethods.Contains(call.Target, StringComparer.OrdinalIgnoreCase),
        InvocationBindingFailureMessage call => ListMethods.Contains(call.Target, StringComparer.OrdinalIgnoreCase),
        _ => false,
    };

    private TokenBucket NewBucket(IInvocationBinder binder) => new(options.Value.MaxMessagesPerSecond, options.Value.MessageBurst, time);

    private HubException Refused(string reason, string message)
    {
        metrics.Refused(reason);
        HubLog.MessageRefused(logger, reason);
        return new HubException(message);
    }
}
