using Microsoft.Extensions.Hosting;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Platform.Storage;

/// <summary>Polls the database for due work. Every process may run it: the write decides which process does the work.</summary>
/// <param name="every">The poll interval; a poll that takes longer delays the next one.</param>
public abstract class StorageSweep(StorageReadiness readiness, TimeProvider time, TimeSpan every) : BackgroundService
{
    protected TimeProvider Time => time;

    /// <summary>One poll. It must not throw because the database is unavailable: the next one comes.</summary>
    public abstract Task OnceAsync(CancellationToken stoppingToken);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await readiness.WhenReady(stoppingToken);
            using var timer = new PeriodicTimer(every, time);
            while (await timer.WaitForNextTickAsync(stoppingToken)) await OnceAsync(stoppingToken);
        }
        catch (OperationCanceledException) // stopping
        {
        }
    }
}
