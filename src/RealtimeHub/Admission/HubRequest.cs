namespace RealtimeTours.RealtimeHub.Admission;

/// <summary>What a request to the hub's address wants.</summary>
internal static class HubRequest
{
    /// <summary>Asks for the id of a new connection.</summary>
    public static bool IsNegotiation(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && request.Path.Value!.EndsWith("/negotiate", StringComparison.OrdinalIgnoreCase);

    /// <summary>A WebSocket or an event stream, open as long as its connection is, or one poll. CONNECT is HTTP/2's way to a WebSocket (RFC 8441).</summary>
    public static bool IsTransport(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsConnect(request.Method);

    /// <summary>Begins a connection, in contrast to what one that has been negotiated still sends.</summary>
    public static bool IsNewcomer(HttpRequest request) => IsNegotiation(request) || (IsTransport(request) && !request.Query.ContainsKey("id"));
}
