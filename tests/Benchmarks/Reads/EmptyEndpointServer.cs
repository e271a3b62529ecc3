using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace RealtimeTours.Benchmarks.Reads;

/// <summary>What the framework costs by itself: one endpoint, the same bytes for everybody, nothing else in the way.</summary>
internal static class EmptyEndpointServer
{
    public static async Task RunAsync(string port, string bytesFile)
    {
        var bytes = await File.ReadAllBytesAsync(bytesFile);
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        await using var app = builder.Build();
        app.MapGet("/api/tours/{id}", context =>
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = bytes.Length;
            return context.Response.Body.WriteAsync(bytes).AsTask();
        });
        await app.RunAsync($"http://127.0.0.1:{port}");
    }
}
