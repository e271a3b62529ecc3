using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RealtimeTours.Tests.Operations;

public sealed record CollectedSpan(string Service, string TraceId, string SpanId, string ParentId, string Name);

/// <summary>An OpenTelemetry collector as small as can be: takes OTLP over HTTP and reads of the protobuf what the tests ask for.</summary>
public sealed class TraceCollector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TraceCollector(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public ConcurrentQueue<CollectedSpan> Spans { get; } = new();

    public static async Task<TraceCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new TraceCollector(builder.Build());
        collector._app.MapPost("/v1/traces", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            foreach (var span in Read(body.ToArray())) collector.Spans.Enqueue(span);
            context.Response.StatusCode = (int)HttpStatusCode.OK;
        });
        await collector._app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // opentelemetry/proto/trace/v1: request 1 → resource spans { 1 resource { 1 attribute }, 2 scope spans { 2 span } }
    private static IEnumerable<CollectedSpan> Read(byte[] request)
    {
        foreach (var resourceSpans in All(request, 1))
        {
            var service = All(resourceSpans, 1).SelectMany(resource => All(resource, 1))
                .Where(attribute => Text(All(attribute, 1).First()) == "service.name")
                .Select(attribute => Text(All(All(attribute, 2).First(), 1).First())).First();
            foreach (var span in All(resourceSpans, 2).SelectMany(scope => All(scope, 2)))
                yield return new CollectedSpan(service, Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(All(span, 5).First()));
        }
    }

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
