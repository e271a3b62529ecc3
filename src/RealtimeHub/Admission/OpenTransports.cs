using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Options;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.RealtimeHub.Configuration;

namespace RealtimeTours.RealtimeHub.Admission;

/// <summary>Counts open connections, by long polling also between their polls, and recent negotiations, per <see cref="ClientNetwork"/>.</summary>
internal sealed class OpenTransports(IOptions<RealtimeHubOptions> options, TimeProvider time)
{
    // About as long as SignalR keeps a negotiated connection that is never opened.
    private static readonly TimeSpan NegotiationMemory = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _open = [];
    private readonly Dictionary<IPAddress, int> _negotiated = [];
    private readonly ConcurrentDictionary<string, bool> _polled = new();
    private DateTimeOffset _forgetAt;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether the request belongs to a connection that is counted already: it is one of its later polls.</summary>
    public bool IsCounted(HttpRequest request) => Token(request) is { } token && _polled.ContainsKey(token);

    /// <summary>Runs a connection: while it lives, the place of the request that began it is kept, and its later requests are known.</summary>
    public async Task KeepAsync(HttpContext? request, Func<Task> connection)
    {
        var place = request?.Items.TryGetValue(typeof(OpenTransport), out var item) == true ? item as OpenTransport : null;
        var token = request is null ? null : Token(request.Request);
        place?.Hold();
        if (token is not null) _polled[token] = true;
        try
        {
            await connection();
        }
        finally
        {
            if (token is not null) _polled.TryRemove(token, out _);
            place?.Release();
        }
    }

    /// <param name="remote">Null where the connection has no address, such as a Unix socket: it is not limited.</param>
    public bool TryOpen(IPAddress? remote)
    {
        if (remote is not null && !TryCount(_open, remote)) return false;
        Interlocked.Increment(ref _count);
        return true;
    }

    /// <summary>As <see cref="TryOpen"/>, for a connection that was let in already.</summary>
    public void OpenAgain(IPAddress? remote)
    {
        Interlocked.Increment(ref _count);
        if (remote is null) return;
        lock (_gate)
        {
            var owner = ClientNetwork.Of(remote);
            _open[owner] = _open.GetValueOrDefault(owner) + 1;
        }
    }

    public void Close(IPAddress? remote)
    {
        Interlocked.Decrement(ref _count);
        if (remote is null) return;
        var owner = ClientNetwork.Of(remote);
        lock (_gate)
        {
            _open[owner] = _open.GetValueOrDefault(owner) - 1;
            if (_open[owner] == 0) _open.Remove(owner);
        }
    }

    public bool TryNegotiate(IPAddress? remote)
    {
        if (remote is null) return true;
        lock (_gate)
        {
            if (time.GetUtcNow() is var now && now >= _forgetAt)
            {
                _negotiated.Clear();
                _forgetAt = now + NegotiationMemory;
            }
        }
        return TryCount(_negotiated, remote);
    }

    private bool TryCount(Dictionary<IPAddress, int> counts, IPAddress remote)
    {
        var (owner, most) = (ClientNetwork.Of(remote), options.Value.MaxConnectionsPerAddress);
        lock (_gate)
        {
            var count = counts.GetValueOrDefault(owner);
            if (most > 0 && count >= most) return false;
            counts[owner] = count + 1;
            return true;
        }
    }

    // What SignalR gave out at the negotiation; a WebSocket may do without.
    private static string? Token(HttpRequest request) => request.Query["id"] is [{ Length: > 0 } token] ? token : null;
}

/// <summary>A place among the connections of an address: of a transport's request, and of the connection that it began.</summary>
internal sealed class OpenTransport(OpenTransports transports, IPAddress? remote)
{
    private int _holders = 1;

    public void Hold()
    {
        if (Interlocked.Increment(ref _holders) == 1) transports.OpenAgain(remote); // the first poll was answered before its connection began
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0) transports.Close(remote);
    }
}
