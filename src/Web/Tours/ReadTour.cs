using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting;
using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.Web.Tours;

/// <summary><c>GET /api/tours/{id}</c>: details from the cache, seats from the board, both in memory; 304 for who has it already.</summary>
internal sealed class ReadTour(TourReader tours, ILiveBoard board, StaleTours staleTours, NextSync sync, TimeProvider time)
{
    // How long a reload is trusted when somebody speaks of a departure the database did not have, or the supplier was not heard of for long.
    private static readonly TimeSpan ReloadAtMostEvery = TimeSpan.FromSeconds(5);

    public static IResult NotFound => Problems.Of(404, "no_such_tour", "There is no such tour.");

    public static IResult Unavailable => Problems.Of(
        503, "database_away", "The database does not answer, and what you ask for is not kept here; try again in a few seconds.");

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        static ValueTask<IResult> Answer(string id, ReadTour read, CancellationToken cancellationToken) => read.AnswerAsync(id, cancellationToken);
        // Anybody may read: nothing that comes after the routing concerns these.
        endpoints.MapGet("/api/tours/{id}", Answer)
            .WithName("GetTour").WithTags("Tours")
            .Produces<SuccessEnvelope<TourAnswer>>().Produces(StatusCodes.Status304NotModified).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable).ShortCircuit();
        endpoints.MapMethods("/api/tours/{id}", [HttpMethods.Head], Answer).ShortCircuit().ExcludeFromDescription();
    }

    private ValueTask<IResult> AnswerAsync(string id, CancellationToken cancellationToken)
    {
        if (!RequestText.IsId(id)) return new(NotFound);
        var now = time.GetUtcNow();
        var find = board.Filled.IsCompleted ? tours.FindAsync(id, cancellationToken) : FindWhenFilledAsync(id, cancellationToken);
        // Nearly every read ends here: found in memory, nothing to wait for.
        return find is { IsCompletedSuccessfully: true, Result: { Value: { } tour, FromCache: var fromCache } }
            && tour.At(board, now) is { Misses: false } shown && !StaleTours.IsStale(tour.Details, now)
                ? new(Show(tour, shown, fromCache, now))
                : AnswerSlowlyAsync(id, find, cancellationToken);
    }

    private async ValueTask<IResult> AnswerSlowlyAsync(string id, ValueTask<Found<LiveTour>> find, CancellationToken cancellationToken)
    {
        var found = await find;
        var now = time.GetUtcNow();
        if (found.Value is { } tour) found = await SecondLookAsync(id, found, tour, now, cancellationToken);
        if (found.Value is { } known) return Show(known, known.At(board, now), found.FromCache, now);
        return found.Away ? Unavailable : NotFound;
    }

    private async ValueTask<Found<LiveTour>> SecondLookAsync(string id, Found<LiveTour> found, LiveTour tour, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (misses, stale) = (tour.At(board, now).Misses, StaleTours.IsStale(tour.Details, now));
        if (now - tour.ReadAt <= ReloadAtMostEvery)
        {
            if (stale) staleTours.Noticed(id, now);
            return found;
        }
        if (!misses && !stale) return found;
        var reload = tours.ReloadAsync(id, now - ReloadAtMostEvery, CancellationToken.None);
        if (stale) _ = staleTours.NoticeAsync(reload, now);
        // A departure that the hub shows already is worth waiting for; a supplier's silence is not.
        return misses ? await reload.WaitAsync(cancellationToken) : found;
    }

    private async ValueTask<Found<LiveTour>> FindWhenFilledAsync(string id, CancellationToken cancellationToken)
    {
        await board.Filled.WaitAsync(cancellationToken);
        return await tours.FindAsync(id, cancellationToken);
    }

    private IResult Show(LiveTour tour, ShownTour shown, bool fromCache, DateTimeOffset now) => shown.Answer.With(sync.Meta(fromCache, tour.ReadAt, now));
}
