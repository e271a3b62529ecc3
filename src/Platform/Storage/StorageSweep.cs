using Microsoft.Extensions.Hosting;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Platform.Storage;

/// <summary>Looks into the database again and again, once it can be used, for what is due. Every process may run it: whoever finds something decides at the write.</summary>
/// <param name="every">From one look to the next; a look that takes longer delays it.</param>
public abstract class StorageSweep(StorageReadiness readiness, TimeProvider time, TimeSpan every) : BackgroundService
{
    protected TimeProvider Time => time;

    /// <summary>One look. Must not fail because the database does: the next one comes.</summary>
    public abstract Task OnceAsync(CancellationToken stoppingToken);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await readiness.WhenReady(stoppingToken);
            using var timer = new PeriodicTimer(every, time);
            while (await timer.WaitForNextTickAsync(stoppingToken)) await OnceAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }
}
