using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RealtimeTours.Tests.Servers;

/// <summary>A reverse proxy that shows a host below a path, and nothing else. It passes no WebSockets on, so clients use event streams.</summary>
public sealed class PathProxy : IAsyncDisposable
{
    private static readonly string[] OfTheConnection = ["Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade"];

    private readonly WebApplication _app;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly string _path;
    private readonly bool _strips;
    private string _target = "";

    /// <param name="strips">Whether the host gets addresses without the path.</param>
    public PathProxy(string path, bool strips)
    {
        (_path, _strips) = (path, strips);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        Address = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        _app.Urls.Add(Address);
        _app.Run(ForwardAsync);
    }

    /// <summary>Without the path.</summary>
    public string Address { get; }

    public Task StartAsync(string target)
    {
        _target = target;
        return _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var raw = $"{context.Request.Path.ToUriComponent()}{context.Request.QueryString}";
        if (!context.Request.Path.StartsWithSegments(_path) || context.Request.Headers.Upgrade.Count > 0)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            return;
        }
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), _target + (_strips ? raw[_path.Length..] : raw));
        if (context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0) request.Content =
            new StreamContent(context.Request.Body);
        foreach (var (name, value) in context.Request.Headers.Where(header => !OfTheConnection.Contains(header.Key)))
            if (!request.Headers.TryAddWithoutValidation(name, [.. value])) request.Content?.Headers.TryAddWithoutValidation(name, [.. value]);
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
            foreach (var (name, value) in answer.Headers.Concat(answer.Content.Headers).Where(header => !OfTheConnection.Contains(header.Key)))
                context.Response.Headers[name] = value.ToArray();
            await using var body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
            var buffer = new byte[16 * 1024];
            while (await body.ReadAsync(buffer, context.RequestAborted) is var count and > 0)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted); // an event stream is not kept back
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            context.Abort(); // one side is gone
        }
    }
}
