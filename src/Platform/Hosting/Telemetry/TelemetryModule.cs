using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace RealtimeTours.Platform.Hosting.Telemetry;

/// <summary>OpenTelemetry: metrics at <c>/metrics</c>; with a collector also metrics and traces there, else no activity is created.</summary>
internal static class TelemetryModule
{
    // It counts every block of every request and response, which costs more than it is worth.
    private const string NotWorthIt = "Microsoft.AspNetCore.MemoryPool";

    // From a fast hop inside the process to a stuck one; the library's default bounds are for milliseconds.
    private static readonly ExplicitBucketHistogramConfiguration Seconds = new()
    {
        Boundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    /// <param name="host">The service name, unless <c>OTEL_SERVICE_NAME</c> sets another.</param>
    /// <exception cref="Configuration.InvalidSettingException">The endpoint is invalid.</exception>
    public static void AddTelemetry(this WebApplicationBuilder builder, string host)
    {
        var otlp = OtlpSettings.Read(builder.Configuration);
        builder.Services.ConfigureOpenTelemetryMeterProvider(
            (provider, metrics) => metrics.AddView(ViewOf(provider.GetRequiredService<IMeterFactory>())));
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(host, "realtime-tours", serviceInstanceId: $"{Environment.MachineName}-{Environment.ProcessId}")
                .AddEnvironmentVariableDetector()) // again, after ours: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win
            .WithMetrics(metrics => metrics
                .AddMeter("RealtimeTours.*", "Microsoft.AspNetCore.*")
                .AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation().AddPostgresInstrumentation()
                .AddPrometheusExporter(exporter =>
                {
                    exporter.ScopeInfoEnabled = exporter.TargetInfoEnabled = false; // labels and series that none of our dashboards uses
                    exporter.ScrapeResponseCacheDurationMilliseconds = 0; // no cache: a second scrape must see the new state
                }));
        if (otlp is null) return;
        telemetry
            .WithMetrics(metrics => metrics.AddOtlpExporter(exporter => otlp.Configure(exporter, "metrics")))
            .WithTracing(traces => traces
                .AddSource("RealtimeTours.*")
                .AddAspNetCoreInstrumentation(requests => requests.Filter = context => !context.IsProbe())
                .AddHttpClientInstrumentation().AddPostgresInstrumentation().AddRedisConnectionInstrumentation()
                .AddOtlpExporter(exporter => otlp.Configure(exporter, "traces")));
    }

    /// <summary>Maps <c>/metrics</c> and creates the listeners before their sources: the hub connects to Redis while it is mapped.</summary>
    public static void MapTelemetry(this WebApplication app)
    {
        app.Services.GetService<TracerProvider>();
        app.MapPrometheusScrapingEndpoint();
    }

    /// <summary>A request of an orchestrator or of Prometheus, repeated every few seconds and of no interest in logs and traces.</summary>
    public static bool IsProbe(this HttpContext context) =>
        context.Request.Path.StartsWithSegments("/health") || context.Request.Path.StartsWithSegments("/metrics");

    // Skips meters of another host in this process (simulated supplier, tests): both would count into one series.
    private static Func<Instrument, MetricStreamConfiguration?> ViewOf(IMeterFactory own) => instrument => instrument switch
    {
        { Meter.Name: NotWorthIt } => MetricStreamConfiguration.Drop,
        { Meter.Scope: IMeterFactory factory } when factory != own => MetricStreamConfiguration.Drop,
        Histogram<double> { Unit: "s", Advice: null } => Seconds,
        _ => null,
    };
}
