using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Hosting.Telemetry;
using RealtimeTours.Platform.Hosting.Tokens;

namespace RealtimeTours.Platform.Hosting;

/// <summary>What every host has: logging, health, metrics, tokens, correlation ids and problem responses.</summary>
public static class HostDefaults
{
    /// <param name="host">The host's name in logs and in its events: <c>web</c>, <c>realtime-hub</c>, <c>catalog-sync</c>.</param>
    public static void AddHostDefaults(this WebApplicationBuilder builder, string host, PlatformSettings settings)
    {
        ServerAddresses.Check(settings);
        PathBase.Read(builder.Configuration); // a bad one stops the start here
        builder.AddStructuredLogging(host);
        builder.AddTelemetry(host);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(settings);
        builder.Services.AddHealth();
        builder.Services.AddProblems();
        builder.Services.AddBearerAuthentication(builder.Configuration, builder.Environment, settings);
        builder.Services.AddHostedService<Seams.Reporter>();
        builder.Services.Configure<JsonOptions>(json =>
        {
            WireJson.Configure(json.SerializerOptions);
            json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // responses are JSON, never HTML
        });
    }

    /// <summary>Adds the first middleware of every request; maps health and metrics.</summary>
    public static void UseHostDefaults(this WebApplication app)
    {
        app.UsePathBaseSetting();
        app.UseMiddleware<CorrelationMiddleware>();
        app.UseRequestLines();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealth();
        app.MapTelemetry();
    }
}
