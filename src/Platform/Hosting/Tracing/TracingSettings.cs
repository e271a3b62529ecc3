using Microsoft.Extensions.Configuration;
using OpenTelemetry.Exporter;

namespace RealtimeTours.Platform.Hosting;

/// <summary>Where traces go, by the environment variables that the OpenTelemetry specification names.</summary>
/// <param name="Endpoint">Of the signal: with <c>/v1/traces</c> where the protocol is HTTP.</param>
internal sealed record TracingSettings(Uri Endpoint, OtlpExportProtocol Protocol)
{

    /// <returns>Null where no endpoint is set: then nothing is traced.</returns>
    public static TracingSettings? Read(IConfiguration configuration)
    {
        if (configuration.Text("OTEL_EXPORTER_OTLP_ENDPOINT", "Tracing:Endpoint") is not { } text) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https") || endpoint.Host.Length == 0)
            throw new InvalidSettingException($"OTEL_EXPORTER_OTLP_ENDPOINT is '{text}' but must be the http or https address of a collector, such as http://localhost:4318.");
        return configuration.Text("OTEL_EXPORTER_OTLP_PROTOCOL", "Tracing:Protocol") switch
        {
            null or "http/protobuf" => new TracingSettings(new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/v1/traces"), OtlpExportProtocol.HttpProtobuf),
            "grpc" => new TracingSettings(endpoint, OtlpExportProtocol.Grpc),
            var other => throw new InvalidSettingException($"OTEL_EXPORTER_OTLP_PROTOCOL is '{other}' but must be http/protobuf or grpc."),
        };
    }
}
