using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Tests.Platform.Messaging;

public class MessagingModuleTests
{
    [Fact]
    public async Task A_host_handles_events_from_its_start_and_finishes_them_at_its_end()
    {
        var builder = Host.CreateApplicationBuilder();
        // Registered first and publishing while the host starts: its event must not be too early.
        builder.Services.AddHostedService<EarlyPublisher>();
        builder.Services.AddMessaging(builder.Configuration, Embedded(builder.Configuration), "spec");
        builder.Services.AddEventConsumer<Recorder>("recorder", ["tour.#"], concurrency: 1);
        builder.Services.AddEventListener<Recorder>("recorder-live", ["tour.#"], capacity: 10);
        using var host = builder.Build();
        var recorder = host.Services.GetRequiredService<Recorder>();
        await host.StartAsync();
        await Eventually.ShouldBeTrueAsync(() => recorder.Seen.Count == 2);
        var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains("ready"));
        health.Entries["event-bus"].Status.ShouldBe(HealthStatus.Healthy);

        var (bus, events) = (host.Services.GetRequiredService<IEventBus>(), host.Services.GetRequiredService<EventFactory>());
        for (var i = 0; i < 20; i++) await bus.PublishAsync(events.Create("tour.created", new { tourId = "T" }));
        await host.StopAsync();
        recorder.Seen.Count(envelope => envelope.EventType == "tour.created").ShouldBeGreaterThanOrEqualTo(20);
        recorder.Seen.ShouldAllBe(envelope => envelope.Source == "spec");
    }

    [Fact]
    public async Task With_a_broker_that_is_not_there_the_host_starts_is_not_ready_and_stops()
    {
        var builder = Host.CreateApplicationBuilder();
        var settings = Embedded(builder.Configuration) with { RabbitMqUrl = "amqp://guest:secret@127.0.0.1:1/" };
        builder.Services.AddMessaging(builder.Configuration, settings, "spec");
        builder.Services.AddEventConsumer<Recorder>("recorder", ["tour.#"]);
        using var host = builder.Build();
        await host.StartAsync();
        var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        health.Entries["event-bus"].Status.ShouldBe(HealthStatus.Unhealthy);
        health.Entries["event-bus"].Description!.ShouldNotContain("secret");
        await host.StopAsync();
    }

    private static PlatformSettings Embedded(IConfiguration configuration) =>
        PlatformSettings.Read(configuration, Path.GetTempPath(), standalone: false);

    private sealed class Recorder : IEventHandler
    {
        public ConcurrentQueue<EventEnvelope> Seen { get; } = new();

        public async Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken)
        {
            await Task.Yield();
            Seen.Enqueue(envelope);
        }
    }

    private sealed class EarlyPublisher(IEventBus bus, EventFactory events) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) =>
            bus.PublishAsync(events.Create("tour.updated", new { tourId = "T" }), cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
