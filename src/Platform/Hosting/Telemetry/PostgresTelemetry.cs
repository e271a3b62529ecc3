using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace RealtimeTours.Platform.Hosting.Telemetry;

/// <summary>What Npgsql tells of itself: a span per command, and how its pool is doing.</summary>
internal static class PostgresTelemetry
{
    public static TracerProviderBuilder AddPostgresInstrumentation(this TracerProviderBuilder traces) => traces.AddNpgsql();

    public static MeterProviderBuilder AddPostgresInstrumentation(this MeterProviderBuilder metrics) => metrics.AddNpgsqlInstrumentation();
}
