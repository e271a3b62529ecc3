using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Telemetry;

namespace RealtimeTours.Tests.CatalogSync.Suppliers;

/// <summary>A real HTTP server that answers whatever a test tells it to.</summary>
internal sealed class HostileSupplier : IAsyncDisposable
{
    public const string ApiKey = "secret-key-of-the-test";

    private readonly WebApplication _server;
    private int _calls;

    private HostileSupplier(WebApplication server) => _server = server;

    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public int Calls => _calls;

    public Uri Address { get; private set; } = null!;

    public static async Task<HostileSupplier> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MinResponseDataRate = null;
        });
        var server = builder.Build();
        var supplier = new HostileSupplier(server);
        server.Run(context =>
        {
            Interlocked.Increment(ref supplier._calls);
            return supplier.Answer(context);
        });
        await server.StartAsync();
        supplier.Address = new Uri(server.Urls.Single() + "/octo/");
        return supplier;
    }

    public void Answers(int status, string body, string type = "application/json", params (string Name, string Value)[] headers) =>
        Answer = async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        await context.Response.WriteAsync(body);
    };

    public OctoClient Client(int retries = 0, TimeSpan? timeout = null, TimeProvider? time = null, int? callsPerMinute = null) => new(
        _ => ValueTask.FromResult(Address), Settings(retries, timeout, callsPerMinute), new CatalogSyncMetrics(TimeProvider.System),
        time ?? TimeProvider.System);

    public SupplierSettings Settings(
        int retries = 0, TimeSpan? timeout = null, int? callsPerMinute = null, string id = SupplierSettings.DefaultId) => new()
    {
        Id = id, CallsPerMinute = callsPerMinute, Url = Address, ApiKey = ApiKey, Retries = retries, RetryDelay = TimeSpan.FromMilliseconds(10),
        CallTimeout = timeout ?? TimeSpan.FromSeconds(60),
        BreakDuration = TimeSpan.FromMilliseconds(600), PollingMinimum = TimeSpan.FromMilliseconds(1),
    };

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();
}
