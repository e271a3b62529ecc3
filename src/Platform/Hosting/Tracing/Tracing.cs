using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace RealtimeTours.Platform.Hosting;

/// <summary>
/// OpenTelemetry traces of requests, events and pushes, where a collector is configured. Without one nobody listens to the sources, and an activity that
/// nobody listens to is not made.
/// </summary>
internal static class Tracing
{
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "RealtimeTours.*"];

    /// <param name="host">The service's name in the traces.</param>
    /// <exception cref="InvalidSettingException">The endpoint cannot be used.</exception>
    public static void AddTracing(this WebApplicationBuilder builder, string host)
    {
        if (TracingSettings.Read(builder.Configuration) is not { } settings) return;
        // ASP.NET Core describes its own activities (method, route, status) only when asked.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService(host, "realtime-tours", serviceInstanceId: $"{Environment.MachineName}-{Environment.ProcessId}"))
            .AddSource(Sources)
            .AddOtlpExporter(exporter => (exporter.Endpoint, exporter.Protocol) = (settings.Endpoint, settings.Protocol))
            .Build());
    }

    /// <summary>Begins to trace, where <see cref="AddTracing"/> found an endpoint; the container flushes it at the end. Call before the routing, whose result names requests.</summary>
    public static void UseTracing(this WebApplication app)
    {
        if (app.Services.GetService<TracerProvider>() is null) return;
        app.Use(async (context, next) =>
        {
            await next(context);
            if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity && context.GetEndpoint() is RouteEndpoint endpoint)
                activity.DisplayName = $"{context.Request.Method} {endpoint.RoutePattern.RawText}";
        });
    }
}
