using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.Hosting.Tokens;

/// <summary>ASP.NET Core's JwtBearer, bound to its documented section. User id is claim <c>sub</c>, roles are claim <c>role</c>.</summary>
internal static class BearerAuthentication
{
    public static void AddBearerAuthentication(
        this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment, PlatformSettings platform)
    {
        var tokens = TokenSettings.Read(configuration, environment, platform);
        services.AddSingleton(tokens);
        services.AddSingleton(provider => new DevelopmentTokens(tokens, provider.GetRequiredService<TimeProvider>()));
        services.AddAuthorization();
        // ASP.NET Core itself reads the section first: where an identity provider's keys are, how long to wait for them, how often to look again.
        // What a token must be is set after that, so that no setting left out (and none set) switches a check off.
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.TokenValidationParameters = TokenRules.Of(tokens);
            options.MapInboundClaims = false; // keep the claims as the token names them
            // A browser cannot set a header on a WebSocket, so SignalR's clients put the token in the query of the hub's address.
            options.Events = new JwtBearerEvents
            {
                OnMessageReceived = context =>
                {
                    if (context.Request.Path.StartsWithSegments("/hubs")) context.Token = context.Request.Query["access_token"];
                    return Task.CompletedTask;
                },
            };
        });
    }
}
