using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.Tokens;

namespace RealtimeTours.Platform.Hosting;

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
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.Authority = tokens.Authority;
            options.RequireHttpsMetadata = tokens.RequireHttpsMetadata;
            options.TokenValidationParameters = new TokenValidationParameters
            {
                ValidIssuers = tokens.Issuers,
                ValidateIssuer = tokens.Issuers.Count > 0,
                ValidAudiences = tokens.Audiences,
                ValidateAudience = tokens.Audiences.Count > 0,
                IssuerSigningKeys = tokens.Keys.Select(key => key.Key),
                ValidateIssuerSigningKey = true,
                RequireSignedTokens = true,
                RequireExpirationTime = true,
                ClockSkew = TimeSpan.FromSeconds(30),
                NameClaimType = "sub",
                RoleClaimType = "role",
            };
            options.MapInboundClaims = false; // keep the claims as the token names them
            // A browser cannot set a header on a WebSocket, so SignalR's clients put the token in the query of the hub's address.
            options.Events = new JwtBearerEvents
            {
                OnMessageReceived = context =>
                {
                    if (context.Request.Path.StartsWithSegments("/hubs")) context.Token = context.Request.Query["access_token"];
                    return Task.CompletedTask;
                },
                // This version of JwtBearer does not say itself when the token ends; hubs close their connections then.
                OnTokenValidated = context =>
                {
                    var (end, skew) = (context.SecurityToken.ValidTo, options.TokenValidationParameters.ClockSkew);
                    if (end < DateTime.MaxValue - skew) context.Properties.ExpiresUtc = end + skew;
                    return Task.CompletedTask;
                },
            };
        });
    }
}
