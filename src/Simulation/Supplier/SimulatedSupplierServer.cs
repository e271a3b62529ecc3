using System.Net;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Simulation.Configuration;

namespace RealtimeTours.Simulation.Supplier;

/// <summary>A small OCTO server in this process, on a loopback port, for where no <c>SUPPLIER_URL</c> is set.</summary>
/// <remarks>The sync calls it over real HTTP, so a demo runs the same code as with a real supplier.</remarks>
internal sealed class SimulatedSupplierServer(SimulatedSupplierOptions options, TimeProvider time, ILogger<SimulatedSupplierServer> logger)
    : IHostedService, IAsyncDisposable
{
    /// <summary>The first argument of <c>src/CatalogSync</c> that starts this server alone, as a process of its own.</summary>
    public const string Command = "simulated-supplier";

    private const int OwnPort = 3020;

    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SimulatedSupplierGate _gate = new(options, time);
    private WebApplication? _server;

    public SimulatedSupplierOptions Options => options;

    public int Requests => _gate.Requests;

    /// <summary>Completes once the server listens.</summary>
    public Task<Uri> AddressAsync(CancellationToken cancellationToken) => _address.Task.WaitAsync(cancellationToken);

    /// <exception cref="InvalidSettingException">The port cannot be used.</exception>
    public static WebApplication OwnHost(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var port = ReadPort(builder.Configuration) is > 0 and var configured ? configured : OwnPort;
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}"); // its key is well known, so it must never listen on a public address
        var server = builder.Build();
        var options = new SimulatedSupplierOptions();
        MapOcto(server, options, TimeProvider.System, new SimulatedSupplierGate(options, TimeProvider.System));
        return server;
    }

    /// <returns>0 for any free port.</returns>
    public static int ReadPort(IConfiguration configuration) =>
        configuration.WholeNumber("SIMULATED_SUPPLIER_PORT", "SimulatedSupplier:Port", fallback: 0, min: 0, max: 65_535);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Empty builder: the outer host's URLs, configuration and logging are not this server's.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port));
        builder.Services.AddRoutingCore();
        _server = builder.Build();
        MapOcto(_server, options, time, _gate);
        await _server.StartAsync(cancellationToken);
        var address = new Uri(_server.Urls.Single());
        SimulationLog.SupplierListens(logger, address);
        _address.TrySetResult(address);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static void MapOcto(WebApplication server, SimulatedSupplierOptions options, TimeProvider time, SimulatedSupplierGate gate)
    {
        var inventory = new SimulatedInventory(options, time);
        var bookings = new SimulatedBookings(inventory, options, time);
        server.Use(gate.InvokeAsync);
        server.UseRouting();
        server.MapCatalogue(inventory);
        server.MapAvailability(inventory, bookings);
        server.MapBookings(bookings);
        server.MapAdmin(options);
    }
}
