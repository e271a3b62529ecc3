using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace RealtimeTours.RealtimeHub.Watching;

internal static class HubConnectionEnd
{
    /// <summary>Ends a connection whose client did nothing wrong. After <c>Abort</c> SignalR's last message would tell it to stay away.</summary>
    public static void AskToReconnect(this HubConnectionContext connection)
    {
        if (connection.Features.Get<IConnectionLifetimeNotificationFeature>() is { } lifetime) lifetime.RequestClose();
        else connection.Abort(); // a connection that is not one of HTTP's
    }
}
