using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace RealtimeTours.Platform.Hosting.Telemetry;

/// <summary>Npgsql's own telemetry: a span per command, and metrics of its connection pool.</summary>
internal static class PostgresTelemetry
{
    public static TracerProviderBuilder AddPostgresInstrumentation(this TracerProviderBuilder traces) => traces.AddNpgsql();

    public static MeterProviderBuilder AddPostgresInstrumentation(this MeterProviderBuilder metrics) => metrics.AddNpgsqlInstrumentation();
}
