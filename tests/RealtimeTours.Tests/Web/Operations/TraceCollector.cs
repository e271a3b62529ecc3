using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RealtimeTours.Tests.Web.Operations;

public sealed record CollectedSpan(string Service, string TraceId, string SpanId, string ParentId, string Name, string Source);

/// <summary>An OpenTelemetry collector as small as can be: takes OTLP over HTTP and reads of the protobuf what the tests ask for.</summary>
public sealed class TraceCollector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TraceCollector(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public ConcurrentQueue<CollectedSpan> Spans { get; } = new();

    /// <summary>The metrics that came, by service and name.</summary>
    public ConcurrentDictionary<(string Service, string Name), bool> Metrics { get; } = new();

    /// <summary>All that came, as it came.</summary>
    public ConcurrentQueue<byte[]> Bodies { get; } = new();

    public static async Task<TraceCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new TraceCollector(builder.Build());
        collector._app.MapPost("/v1/traces", async (HttpContext context) =>
        {
            foreach (var span in Spanned(await collector.BodyAsync(context))) collector.Spans.Enqueue(span);
            context.Response.StatusCode = (int)HttpStatusCode.OK;
        });
        collector._app.MapPost("/v1/metrics", async (HttpContext context) =>
        {
            foreach (var metric in Measured(await collector.BodyAsync(context))) collector.Metrics[metric] = true;
            context.Response.StatusCode = (int)HttpStatusCode.OK;
        });
        await collector._app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Bodies.Enqueue(body.ToArray());
        return body.ToArray();
    }

    // opentelemetry/proto/trace/v1: request 1 → resource spans { 1 resource { 1 attribute }, 2 scope spans { 1 scope { 1 name }, 2 span } }
    private static IEnumerable<CollectedSpan> Spanned(byte[] request) =>
        from resource in All(request, 1)
        from scope in All(resource, 2)
        from span in All(scope, 2)
        select new CollectedSpan(
            Service(resource), Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(All(span, 5).First()), Text(All(All(scope, 1).First(), 1).First()));

    // opentelemetry/proto/metrics/v1: the same with metric { 1 name }
    private static IEnumerable<(string Service, string Name)> Measured(byte[] request) =>
        from resource in All(request, 1)
        from scope in All(resource, 2)
        from metric in All(scope, 2)
        select (Service(resource), Text(All(metric, 1).First()));

    private static string Service(byte[] part) => All(part, 1).SelectMany(resource => All(resource, 1))
        .Where(attribute => Text(All(attribute, 1).First()) == "service.name")
        .Select(attribute => Text(All(All(attribute, 2).First(), 1).First())).First();

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static string Hex(byte[] message, int field) => Convert.ToHexStringLower(All(message, field).FirstOrDefault() ?? []);

    /// <summary>The length-delimited fields of that number.</summary>
    private static List<byte[]> All(byte[] message, int wanted)
    {
        var found = new List<byte[]>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            switch (tag & 7)
            {
                case 0: Varint(message, ref at); break;
                case 1: at += 8; break;
                case 5: at += 4; break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    if ((int)(tag >> 3) == wanted) found.Add(message[at..(at + length)]);
                    at += length;
                    break;
                default: throw new InvalidDataException($"There is no wire type {tag & 7}.");
            }
        }
        return found;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        for (var (value, shift) = (0UL, 0); ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }
    }
}
