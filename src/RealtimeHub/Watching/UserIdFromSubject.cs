using System.Security.Claims;
using Microsoft.AspNetCore.SignalR;

namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>User id = <c>sub</c> (RFC 7519 §4.1.2); SignalR's own choice is a claim that tokens do not have.</summary>
internal sealed class UserIdFromSubject : IUserIdProvider
{
    public string? GetUserId(HubConnectionContext connection) => connection.User?.FindFirstValue("sub");
}
