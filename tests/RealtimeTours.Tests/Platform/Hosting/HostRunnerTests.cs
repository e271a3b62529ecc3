using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting;

namespace RealtimeTours.Tests.Platform.Hosting;

/// <summary>What a host leaves to whoever started it. Containers start one again that did not end with 0.</summary>
public class HostRunnerTests
{
    [Fact]
    public async Task A_host_that_ends_because_a_part_failed_does_not_end_as_if_all_were_well()
    {
        (await RunAsync(new InvalidOperationException("A part has failed."))).ShouldBe(HostRunner.Failure);
        (await RunAsync(new InvalidSettingException("A_SETTING is bad."))).ShouldBe(HostRunner.ConfigurationError);
        (await RunAsync(null)).ShouldBe(0);
    }

    private static Task<int> RunAsync(Exception? failure) => HostRunner.RunAsync([], 0, args =>
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Services.AddHostedService(provider => new Part(failure, provider.GetRequiredService<IHostApplicationLifetime>()));
        return builder.Build();
    });

    private sealed class Part(Exception? failure, IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            if (failure is not null) throw failure;
            lifetime.StopApplication(); // as asked to
        }
    }
}
