using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.Tokens;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.Hosting.Tokens;

/// <summary>ASP.NET Core's JwtBearer with its documented section. The user id is claim <c>sub</c>, roles are claim <c>role</c>.</summary>
internal static class BearerAuthentication
{
    // ASP.NET Core's five minutes would be five minutes without visitors after a provider has changed its keys.
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(30);

    private const string Scheme = "Bearer ";

    public static void AddBearerAuthentication(
        this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment, PlatformSettings platform)
    {
        var tokens = TokenSettings.Read(configuration, environment, platform);
        services.AddSingleton(tokens);
        services.AddSingleton(provider => new TokenIssuer(tokens, provider.GetRequiredService<TimeProvider>()));
        services.AddAuthorization();
        var keys = new ProviderKeys();
        var refreshGiven = configuration[$"{TokenSettings.Section}:{nameof(JwtBearerOptions.RefreshInterval)}"] is not null;
        // ASP.NET Core reads its section first: the identity provider's address, timeout and refresh interval. The validation rules are set
        // after that, so that no setting, present or missing, can switch a check off.
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.TokenValidationParameters = TokenRules.Of(tokens);
            options.MapInboundClaims = false; // keep the claim names of the token
            if (!refreshGiven) options.RefreshInterval = RefreshInterval;
            // A browser cannot set a header on a WebSocket, so SignalR clients send the token in the query of the hub's address.
            options.Events = new JwtBearerEvents
            {
                OnMessageReceived = context =>
                {
                    context.Token = TokenOf(context.Request);
                    return Task.CompletedTask;
                },
                OnTokenValidated = context =>
                {
                    context.Properties.ExpiresUtc = EndOf(context.SecurityToken, tokens);
                    if (IsRevoked(context, tokens)) context.Fail("The token is older than the user's password or roles.");
                    return Task.CompletedTask;
                },
                OnAuthenticationFailed = async context =>
                {
                    if (context.Exception is not SecurityTokenInvalidSignatureException || TokenOf(context.Request) is not { } token) return;
                    if (await keys.ValidateAgainAsync(token, context.Options) is not { IsValid: true } result) return;
                    context.Principal = new ClaimsPrincipal(result.ClaimsIdentity);
                    context.Properties.ExpiresUtc = EndOf(result.SecurityToken, tokens);
                    context.Success();
                },
            };
        });
    }

    private static string? TokenOf(HttpRequest request)
    {
        if (request.Path.StartsWithSegments("/hubs") && request.Query["access_token"].ToString() is { Length: > 0 } asked) return asked;
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
    }

    // Of an identity provider's users it knows nothing: those are other issuers.
    private static bool IsRevoked(TokenValidatedContext context, TokenSettings tokens)
    {
        if (context.HttpContext.RequestServices.GetService<TokenGenerations>() is not { } generations) return false;
        if (tokens.Keys.FirstOrDefault()?.Issuer != context.SecurityToken.Issuer) return false;
        var (user, claim) = (context.Principal?.FindFirst("sub")?.Value, context.Principal?.FindFirst(TokenIssuer.GenerationClaim)?.Value);
        return user is not null
            && generations.IsRevoked(user, long.TryParse(claim, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0);
    }

    // When the hub closes the connection: as long after the token's end as a new connection could still be made with it.
    private static DateTimeOffset EndOf(SecurityToken token, TokenSettings tokens) =>
        token.ValidTo < DateTime.MaxValue - tokens.ClockSkew ? new DateTimeOffset(token.ValidTo) + tokens.ClockSkew : DateTimeOffset.MaxValue;
}
