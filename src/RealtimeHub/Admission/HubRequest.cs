namespace RealtimeTours.RealtimeHub.Admission;

internal static class HubRequest
{
    /// <summary>The request for a new connection's id.</summary>
    public static bool IsNegotiation(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && request.Path.Value!.EndsWith("/negotiate", StringComparison.OrdinalIgnoreCase);

    /// <summary>A WebSocket, an event stream or one long poll. CONNECT opens a WebSocket over HTTP/2 (RFC 8441).</summary>
    public static bool IsTransport(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsConnect(request.Method);

    /// <summary>A request that begins a connection, not one that belongs to a connection already negotiated.</summary>
    public static bool IsNewcomer(HttpRequest request) => IsNegotiation(request) || (IsTransport(request) && !request.Query.ContainsKey("id"));
}
