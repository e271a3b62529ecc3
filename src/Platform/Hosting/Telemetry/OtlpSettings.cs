using Microsoft.Extensions.Configuration;
using OpenTelemetry.Exporter;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.Hosting.Telemetry;

/// <summary>Where traces and metrics are sent, from the environment variables of the OpenTelemetry specification.</summary>
internal sealed record OtlpSettings(Uri Collector, OtlpExportProtocol Protocol)
{
    /// <returns>Null if no endpoint is set: then there are no traces, and metrics only at <c>/metrics</c>.</returns>
    public static OtlpSettings? Read(IConfiguration configuration)
    {
        if (configuration.Text("OTEL_EXPORTER_OTLP_ENDPOINT", "Tracing:Endpoint") is not { } text) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var collector) || collector.Scheme is not ("http" or "https") || collector.Host.Length == 0)
            throw new InvalidSettingException(
                $"OTEL_EXPORTER_OTLP_ENDPOINT is '{text}' but must be the http or https address of a collector, such as http://localhost:4318.");
        return configuration.Text("OTEL_EXPORTER_OTLP_PROTOCOL", "Tracing:Protocol") switch
        {
            null or "http/protobuf" => new OtlpSettings(collector, OtlpExportProtocol.HttpProtobuf),
            "grpc" => new OtlpSettings(collector, OtlpExportProtocol.Grpc),
            var other => throw new InvalidSettingException($"OTEL_EXPORTER_OTLP_PROTOCOL is '{other}' but must be http/protobuf or grpc."),
        };
    }

    /// <param name="signal"><c>traces</c> or <c>metrics</c>: with HTTP each has its own path, with gRPC they share one address.</param>
    public void Configure(OtlpExporterOptions exporter, string signal)
    {
        exporter.Protocol = Protocol;
        exporter.Endpoint = Protocol is OtlpExportProtocol.Grpc ? Collector : new Uri($"{Collector.AbsoluteUri.TrimEnd('/')}/v1/{signal}");
    }
}
