using Microsoft.Extensions.Configuration;
using OpenTelemetry.Exporter;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting.Telemetry;

namespace RealtimeTours.Tests.Platform.Hosting;

public class OtlpSettingsTests
{
    [Fact]
    public void Without_an_endpoint_nothing_is_exported() => Read().ShouldBeNull();

    [Theory]
    [InlineData("http://collector:4318", null, "http://collector:4318/v1/traces", OtlpExportProtocol.HttpProtobuf)]
    [InlineData("https://host/otlp/", "http/protobuf", "https://host/otlp/v1/traces", OtlpExportProtocol.HttpProtobuf)]
    [InlineData("http://collector:4317", "grpc", "http://collector:4317/", OtlpExportProtocol.Grpc)]
    public void The_signals_path_belongs_to_HTTP_alone(string endpoint, string? protocol, string expected, OtlpExportProtocol way)
    {
        var exporter = new OtlpExporterOptions();
        Read(endpoint, protocol)!.Configure(exporter, "traces");
        exporter.Endpoint.ShouldBe(new Uri(expected));
        exporter.Protocol.ShouldBe(way);
    }

    [Theory]
    [InlineData("collector:4318", null, "OTEL_EXPORTER_OTLP_ENDPOINT")]
    [InlineData("localhost", null, "OTEL_EXPORTER_OTLP_ENDPOINT")]
    [InlineData("http://collector:4318", "http/json", "OTEL_EXPORTER_OTLP_PROTOCOL")]
    public void What_cannot_be_used_is_said_with_the_variables_name(string endpoint, string? protocol, string named) =>
        Should.Throw<InvalidSettingException>(() => Read(endpoint, protocol)).Message.ShouldStartWith(named);

    private static OtlpSettings? Read(string? endpoint = null, string? protocol = null) => OtlpSettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(
            [KeyValuePair.Create("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), KeyValuePair.Create("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)]).Build());
}
