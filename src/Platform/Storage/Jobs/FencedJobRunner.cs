using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Storage.Leases;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Platform.Storage.Jobs;

/// <param name="Lease">How long a run stays with a process that died.</param>
public sealed record FencedJobTiming(TimeSpan Lease)
{
    public static readonly FencedJobTiming Default = new(TimeSpan.FromSeconds(30));
}

/// <summary>The Quartz job of a fenced one. One process takes the lease and runs; others wait to take over, at most until the next slot.</summary>
[DisallowConcurrentExecution]
internal sealed partial class FencedJobRunner<TJob>(
    TJob job, DatabaseLeases leases, FencedJobTiming timing, StorageReadiness storage, TimeProvider time, IHostApplicationLifetime lifetime,
    ILogger<FencedJobRunner<TJob>> logger) : IJob where TJob : class, IFencedJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if (!storage.IsReady) return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        CorrelationContext.Begin(null);
        var name = context.JobDetail.Key.Name;
        try
        {
            await RunAsync(name, context.ScheduledFireTimeUtc ?? context.FireTimeUtc, context.NextFireTimeUtc, stop.Token);
        }
        catch (Exception e) // a job must not stop the scheduler
        {
            if (!stop.IsCancellationRequested) LogFailed(logger, name, e.Message);
        }
    }

    /// <param name="until">When to stop waiting for another process; null for never.</param>
    /// <returns>True if this process ran it.</returns>
    internal async Task<bool> RunAsync(string name, DateTimeOffset slot, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var lease = await leases.TryTakeAsync($"job/{name}", timing.Lease, slot, cancellationToken);
            if (lease is not null)
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
                await job.RunAsync(new FencedRun(slot, lease), stop.Token);
                await lease.EndAsync(doneSlot: slot);
                return true;
            }
            if (time.GetUtcNow() >= until || await leases.IsDoneAsync($"job/{name}", slot, cancellationToken)) return false;
            await Task.Delay(DatabaseLeases.PollInterval(timing.Lease), time, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The run of job {Job} has failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string job, string reason);
}
