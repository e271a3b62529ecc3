using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Correlation;

namespace RealtimeTours.Platform.Storage.Jobs;

/// <summary>Runs a fenced job once as soon as its host is ready: slots that passed while no process ran are caught up together.</summary>
/// <remarks>Where another process has the lease it waits as long as that lasts: the process may have died in the middle of a run.</remarks>
internal sealed partial class CatchUpAtStart<TJob>(
    string name, FencedJobRunner<TJob> runner, FencedJobTiming timing, HealthCheckService health, TimeProvider time,
    ILogger<CatchUpAtStart<TJob>> logger) : BackgroundService where TJob : class, IFencedJob
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Not before a load balancer would send visitors here: data that a start brings with it is there by then.
            while ((await health.CheckHealthAsync(check => check.Tags.Contains("ready"), stoppingToken)).Status != HealthStatus.Healthy)
                await Task.Delay(PollInterval, time, stoppingToken);
            CorrelationContext.Begin(null);
            var now = time.GetUtcNow();
            await runner.RunAsync(name, slot: now, until: now + 2 * timing.Lease, stoppingToken);
        }
        catch (Exception e) // the next slot tries again
        {
            if (!stoppingToken.IsCancellationRequested) LogFailed(logger, name, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job} could not catch up at the start; its next slot does: {Reason}")]
    private static partial void LogFailed(ILogger logger, string job, string reason);
}
