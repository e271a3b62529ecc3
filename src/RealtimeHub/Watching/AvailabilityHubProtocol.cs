using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Presence;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>
/// SignalR's JSON protocol, but snapshots, updates and stream items are read from the board copy while they are written, under SignalR's lock per
/// connection: an older state never follows a newer one, and no update is missing after a snapshot (decision 3).
/// </summary>
internal sealed class AvailabilityHubProtocol(JsonHubProtocol json, MessageGuard guard, IPresence presence, HubMetrics metrics, TimeProvider time)
    : IHubProtocol
{
    private static readonly HashSet<string> Methods = typeof(AvailabilityHub)
        .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(method => method.Name)
        .ToHashSet(StringComparer.OrdinalIgnoreCase);

    [ThreadStatic]
    private static List<ShownDeparture>? _departures;

    [ThreadStatic]
    private static List<byte[]>? _frames;

    public string Name => json.Name;

    public int Version => json.Version;

    public TransferFormat TransferFormat => json.TransferFormat;

    public bool IsVersionSupported(int version) => json.IsVersionSupported(version);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => json.GetMessageBytes(message);

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        long received;
        while (true)
        {
            received = input.Length;
            if (json.TryParseMessage(ref input, binder, out message)) break;
            if (input.Length == received)
            {
                guard.CheckUnfinished(received);
                return false;
            }
            // SignalR ignores message types that it does not know, and with "false" would leave what came with them until more comes.
            guard.Check(binder, PingMessage.Instance, received - input.Length);
        }
        guard.Check(binder, message, received - input.Length);
        // SignalR hides why arguments do not fit unless detailed errors are on, but it passes on a HubException's message.
        if (message is InvocationBindingFailureMessage failure)
            message = new InvocationBindingFailureMessage(failure.InvocationId, failure.Target, ExceptionDispatchInfo.Capture(new HubException(
                Methods.Contains(failure.Target)
                    ? $"The arguments of {failure.Target} do not fit: a tour id is a string, several are an array of strings."
                    : $"There is no method {failure.Target}; the hub has {string.Join(", ", Methods)}.")));
        return true;
    }

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output)
    {
        switch (message)
        {
            case PendingUpdatesMessage pending:
                WriteUpdates(pending.Subscriber, output);
                break;
            case CompletionMessage { Result: PendingSnapshot one } completion:
                json.WriteMessage(CompletionMessage.WithResult(completion.InvocationId!, Read(one.Subscriber, one.TourId)), output);
                break;
            case CompletionMessage { Result: PendingSnapshots several } completion:
                // An id that is passed twice gets the same snapshot twice.
                var read = several.TourIds.Distinct().ToDictionary(id => id, id => Read(several.Subscriber, id));
                json.WriteMessage(
                    CompletionMessage.WithResult(completion.InvocationId!, several.TourIds.Select(id => read[id]).ToArray()), output);
                break;
            case StreamItemMessage { Item: PendingStreamItems items } item:
                WriteItems(item.InvocationId!, items.Stream, output);
                break;
            default:
                json.WriteMessage(message, output);
                break;
        }
    }

    private TourSnapshot Read(Subscriber subscriber, string tourId)
    {
        var departures = subscriber.Pushes.TakeSnapshot(tourId).Select(departure => departure.Update).ToArray();
        return new TourSnapshot(tourId, departures, presence.Viewers(tourId), time.GetUtcNow());
    }

    private void WriteUpdates(Subscriber subscriber, IBufferWriter<byte> output)
    {
        // Reuses the lists of this thread: they are written out before the method returns.
        var (departures, frames) = (_departures ??= [], _frames ??= []);
        try
        {
            subscriber.TakeNews(departures, frames);
            foreach (var departure in departures) output.Write(departure.Frame(json));
            foreach (var frame in frames) output.Write(frame);
            Count(departures);
        }
        finally
        {
            departures.Clear();
            frames.Clear();
        }
    }

    private void WriteItems(string invocationId, StreamWatcher stream, IBufferWriter<byte> output)
    {
        var departures = new List<ShownDeparture>();
        stream.Tours.TakeNews(departures, []);
        foreach (var departure in departures) json.WriteMessage(new StreamItemMessage(invocationId, departure.Update), output);
        Count(departures);
    }

    private void Count(List<ShownDeparture> departures)
    {
        if (departures.Count == 0) return;
        var now = time.GetUtcNow();
        foreach (var departure in departures) metrics.Delivered(departure.Update.Timestamp, now);
    }
}
