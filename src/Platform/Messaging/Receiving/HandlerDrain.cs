using Microsoft.Extensions.Logging;

namespace RealtimeTours.Platform.Messaging.Receiving;

/// <summary>How a consumer stops: its handlers get time to finish, then are cancelled, then are abandoned.</summary>
internal sealed class HandlerDrain(string consumer, ILogger logger)
{
    private static readonly TimeSpan FinishWithin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan CancelWithin = TimeSpan.FromSeconds(3);
    private readonly CancellationTokenSource _mustStop = new();

    public CancellationToken HandlersMustStop => _mustStop.Token;

    public async Task FinishAsync(Task workers)
    {
        if (await FinishedAsync(workers, FinishWithin)) return;
        logger.DrainTimedOut(consumer, FinishWithin);
        await _mustStop.CancelAsync();
        await FinishedAsync(workers, CancelWithin);
    }

    private static async Task<bool> FinishedAsync(Task workers, TimeSpan limit) =>
        await Task.WhenAny(workers, Task.Delay(limit)) == workers;
}
