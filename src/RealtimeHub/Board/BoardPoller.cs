using Microsoft.Extensions.Options;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Board;

/// <summary>
/// Polls the shared board once a second, so that a state the fast path lost still reaches this node's watchers. Offers the board what it should have
/// by now, and in a new epoch everything this node knows.
/// </summary>
internal sealed class BoardPoller(
    IAvailabilityBoard board, BoardCopy copy, BoardHealth health, BoardMetrics metrics, IOptions<RealtimeHubOptions> options,
    TimeProvider time, ILogger<BoardPoller> logger) : BackgroundService
{
    public const int PageSize = 500;

    // Normally the consumer has written a state to the board, and a poll has confirmed it, well within this time.
    private static readonly TimeSpan Overdue = TimeSpan.FromSeconds(1);

    private BoardPosition _position = BoardPosition.Beginning;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.BoardPollInterval, time);
        do
        {
            try
            {
                await PollAsync(stoppingToken);
                if (health.Reached()) HubLog.BoardReached(logger);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                if (health.Lost(e)) HubLog.BoardLost(logger, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task PollAsync(CancellationToken cancellationToken)
    {
        for (var more = true; more;)
        {
            var changes = await board.ChangesSinceAsync(_position, PageSize, cancellationToken);
            var newEpoch = _position.Epoch.Length > 0 && changes.Position.Epoch != _position.Epoch;
            // The position moves only after the offer succeeded: after a failure in between all of it is repeated.
            if (newEpoch) await OfferAllAsync(changes.Position.Epoch, cancellationToken);
            var first = _position.Epoch.Length == 0;
            var objections = new List<DepartureState>();
            var healed = 0;
            foreach (var state in changes.States)
            {
                if (copy.Find(state.TourId)?.Objection(state) is { } later) objections.Add(later);
                else if (copy.Apply(state, fromBoard: true)) healed++;
            }
            if (healed > 0 && !first) metrics.Healed.Add(healed);
            await board.ApplyAsync(objections, cancellationToken);
            _position = changes.Position;
            more = changes.More;
        }
        await OfferOverdueAsync(cancellationToken);
    }

    private async Task OfferOverdueAsync(CancellationToken cancellationToken)
    {
        var overdue = copy.Unconfirmed.Take(Overdue);
        try
        {
            foreach (var batch in overdue.Chunk(PageSize))
            {
                var taken = await board.ApplyAsync(batch, cancellationToken);
                if (taken > 0) metrics.Offered.Add(taken);
                if (taken < batch.Length) await AgreeAsync(batch, cancellationToken);
            }
        }
        catch
        {
            copy.Unconfirmed.PutBack(overdue);
            throw;
        }
    }

    // On a tie of timestamps the board refuses a state that it received in another order than this node. Its order then replaces this node's.
    private async Task AgreeAsync(DepartureState[] offered, CancellationToken cancellationToken)
    {
        var departures = offered.Select(state => state.Key).ToHashSet();
        var onBoard = await board.ReadAsync([.. departures.Select(key => key.TourId).Distinct()], cancellationToken);
        foreach (var state in onBoard.Values.SelectMany(states => states).Where(state => departures.Contains(state.Key)))
            copy.Apply(state, fromBoard: true);
    }

    private async Task OfferAllAsync(string epoch, CancellationToken cancellationToken)
    {
        HubLog.NewBoardEpoch(logger, epoch);
        foreach (var batch in copy.States().Chunk(PageSize)) await board.ApplyAsync(batch, cancellationToken);
        health.NewEpoch();
    }
}
