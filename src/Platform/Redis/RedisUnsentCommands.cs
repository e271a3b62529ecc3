using System.Reflection;
using StackExchange.Redis;

namespace RealtimeTours.Platform.Redis;

/// <summary>
/// Sends what StackExchange.Redis 1.2.6 has forgotten. Its own first commands go into the queue without waking the writer, for the connection wakes it when it is up
/// (<c>PhysicalBridge.TryEnqueue</c>). On a slow machine one gets there just after that; every later command then finds the queue not empty and wakes nobody either: the
/// connection is up, says so, and answers nothing until the process ends. From 2.0 on there is no such queue, and nothing to be found here.
/// </summary>
internal static class RedisUnsentCommands
{
    private const BindingFlags Internal = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    private static readonly MethodInfo? Servers = typeof(ConnectionMultiplexer).GetMethod("GetServerSnapshot", Internal, []);
    private static readonly MethodInfo? Bridge = Servers?.ReturnType.GetElementType()?.GetMethod("GetBridge", Internal, [typeof(ConnectionType), typeof(bool), typeof(TextWriter)]);
    private static readonly MethodInfo? RequestWrite = Bridge is null ? null : typeof(ConnectionMultiplexer).GetMethod("RequestWrite", Internal, [Bridge.ReturnType, typeof(bool)]);

    /// <summary>Wakes the writer where something waits; harmless where it is awake.</summary>
    public static void Send(ConnectionMultiplexer multiplexer)
    {
        if (RequestWrite is null) return;
        var counters = multiplexer.GetCounters();
        foreach (var waiting in new[] { counters.Interactive, counters.Subscription })
        {
            if (waiting.PendingUnsentItems == 0) continue;
            foreach (var server in (Array)Servers!.Invoke(multiplexer, null)!)
                if (Bridge!.Invoke(server, [waiting.ConnectionType, false, null]) is { } bridge) RequestWrite.Invoke(multiplexer, [bridge, true]);
        }
    }
}
