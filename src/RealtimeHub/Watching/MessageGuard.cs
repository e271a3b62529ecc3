using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;
using RealtimeTours.RealtimeHub.Admission;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>
/// Looks at every message a client sends, known method or not, before SignalR acts on it. The offender is closed and told why: SignalR passes a
/// <see cref="HubException"/>'s message on, and asks for no reconnect.
/// </summary>
internal sealed class MessageGuard(HubMetrics metrics, IOptions<RealtimeHubOptions> options, TimeProvider time, ILogger<MessageGuard> logger)
{
    /// <summary>200 tour ids of 128 characters are 26 KB, more with escapes.</summary>
    public const int MaxListBytes = 32 * 1024;

    // The only messages with a reason to be long: docs/decisions/0008.
    private static readonly string[] ListMethods =
        [nameof(AvailabilityHub.WatchTours), nameof(AvailabilityHub.UnwatchTours), nameof(AvailabilityHub.StreamAvailability)];

    // SignalR hands each connection's own binder to the protocol, and nothing else that says whose message it is.
    private readonly ConditionalWeakTable<IInvocationBinder, TokenBucket> _buckets = [];

    /// <param name="bytes">What has come of a message that has no end yet.</param>
    /// <exception cref="HubException">It is longer than any message may be.</exception>
    public void CheckUnfinished(long bytes)
    {
        if (bytes >= MaxListBytes) throw Refused(RefusalReason.MessageSize, $"A message has at most {MaxListBytes} bytes.");
    }

    /// <exception cref="HubException">Too long, or too many of late. Pings count too, and a list of 20 KB counts as five.</exception>
    public void Check(IInvocationBinder binder, HubMessage message, long bytes)
    {
        var size = 1 + (bytes - 1) / options.Value.MaxMessageBytes;
        if (size > 1 && !IsList(message))
            throw Refused(RefusalReason.MessageSize, $"A message of this kind has at most {options.Value.MaxMessageBytes} bytes; this one has {bytes}.");
        if (!_buckets.GetValue(binder, NewBucket).TryTake(size))
            throw Refused(RefusalReason.MessageRate,
                $"A connection may send {options.Value.MaxMessagesPerSecond} messages a second, {options.Value.MessageBurst} at once after a quiet time.");
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
