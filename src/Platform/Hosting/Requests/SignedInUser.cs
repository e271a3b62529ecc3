using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace RealtimeTours.Platform.Hosting.Requests;

/// <summary>The caller's user id: the token's <c>sub</c>.</summary>
public static class SignedInUser
{
    /// <summary>Requires a valid token that names a user and, if given, has one of <paramref name="roles"/>.</summary>
    public static TBuilder RequireSignedIn<TBuilder>(this TBuilder endpoint, params string[] roles) where TBuilder : IEndpointConventionBuilder =>
        endpoint
        .WithMetadata(Refusal(StatusCodes.Status401Unauthorized), Refusal(StatusCodes.Status403Forbidden))
        .RequireAuthorization(policy =>
        {
            // The user id becomes part of events, whose ids have 1 to 128 characters.
            policy.RequireAuthenticatedUser().RequireAssertion(context => RequestText.IsId(context.User.FindFirst("sub")?.Value));
            if (roles.Length > 0) policy.RequireRole(roles);
        });

    private static ProducesResponseTypeMetadata Refusal(int status) => new(status, typeof(ProblemDetails), ["application/problem+json"]);

    /// <summary>The caller's id; the endpoint must have <see cref="RequireSignedIn"/>.</summary>
    public static string UserId(this ClaimsPrincipal user) =>
        user.FindFirst("sub")?.Value ?? throw new InvalidOperationException("The endpoint lets anonymous callers in; it has no RequireSignedIn().");
}
