using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.Hosting.Tokens;

/// <summary>ASP.NET Core's JwtBearer with its documented section. The user id is claim <c>sub</c>, roles are claim <c>role</c>.</summary>
internal static class BearerAuthentication
{
    public static void AddBearerAuthentication(
        this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment, PlatformSettings platform)
    {
        var tokens = TokenSettings.Read(configuration, environment, platform);
        services.AddSingleton(tokens);
        services.AddSingleton(provider => new DevelopmentTokens(tokens, provider.GetRequiredService<TimeProvider>()));
        services.AddAuthorization();
        // ASP.NET Core reads its section first: the identity provider's address, timeout and refresh interval. The validation rules are set
        // after that, so that no setting, present or missing, can switch a check off.
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.TokenValidationParameters = TokenRules.Of(tokens);
            options.MapInboundClaims = false; // keep the claim names of the token
            // A browser cannot set a header on a WebSocket, so SignalR clients send the token in the query of the hub's address.
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
