namespace RealtimeTours.RealtimeHub.Configuration;

/// <summary>How frames get from the hub to a plain (not TLS) WebSocket.</summary>
internal enum HubTransport
{
    /// <summary>Straight to the socket, see <c>DirectOutput</c>.</summary>
    Direct,

    /// <summary>As ASP.NET Core does it: through a pipe, a loop per connection, the response's pipe and the server's send loop.</summary>
    Stock,
}
