using Microsoft.Extensions.Hosting;

namespace RealtimeTours.Platform.Messaging.DeadLetters;

/// <summary>The number of dead letters per consumer, polled every few seconds for <c>/metrics</c> and for live views.</summary>
public sealed class DeadLetterCounts(IDeadLetters letters, IReadOnlyList<string> consumers, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private volatile IReadOnlyDictionary<string, long> _current = new Dictionary<string, long>();

    /// <summary>By consumer; without those that could not be counted.</summary>
    public IReadOnlyDictionary<string, long> Current => _current;

    public IReadOnlyList<string> Consumers => consumers;

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long>();
        foreach (var consumer in consumers)
        {
            try
            {
                counts[consumer] = await letters.CountAsync(consumer, cancellationToken);
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested) // its health check reports it; no figure is better than an old one
            {
            }
        }
        _current = counts;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do await RefreshAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) // stopped
        {
        }
    }
}
