using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.Web.Tours;

/// <summary><c>GET /api/tours/{id}</c>: details from the cache, seats from the board, both in memory; 304 if the client has this version.</summary>
internal sealed class ReadTour(TourReader tours, ILiveBoard board, StaleTours staleTours, NextSync sync, TimeProvider time)
{
    public static IResult NotFound => Problems.Of(404, "no_such_tour", "There is no such tour.");

    public static IResult Unavailable => Problems.Of(
        503, "database_away", "The database does not answer, and what you ask for is not kept here; try again in a few seconds.");

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        static ValueTask<IResult> Answer(string id, ReadTour read, CancellationToken cancellationToken) => read.AnswerAsync(id, cancellationToken);
        // Anonymous: no middleware after routing is needed.
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
        // Nearly every request ends here: found in memory, nothing to wait for.
        return find is { IsCompletedSuccessfully: true, Result: { Value: { } tour } reading }
            && tour.At(board, now) is { Misses: false } shown && !StaleTours.IsStale(tour.Details, now)
                ? new(Show(shown, reading.At, now, now))
                : AnswerSlowlyAsync(id, find, now, cancellationToken);
    }

    private async ValueTask<IResult> AnswerSlowlyAsync(
        string id, ValueTask<Reading<LiveTour>?> find, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        if (await find is not { } reading) return Unavailable;
        if (reading.Value is { } first) reading = await RecheckAsync(id, reading, first, cancellationToken);
        var now = time.GetUtcNow();
        return reading.Value is { } tour ? Show(tour.At(board, now), reading.At, askedAt, now) : NotFound;
    }

    private async ValueTask<Reading<LiveTour>> RecheckAsync(
        string id, Reading<LiveTour> reading, LiveTour tour, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (StaleTours.IsStale(tour.Details, now)) _ = staleTours.NoticeAsync(tours.RefreshAsync(id), now);
        // Waits for a reload if the hub already shows a departure that is missing here; not for a supplier.
        return tour.At(board, now).Misses && await tours.ReloadAsync(id).WaitAsync(cancellationToken) is { } second ? second : reading;
    }

    private async ValueTask<Reading<LiveTour>?> FindWhenFilledAsync(string id, CancellationToken cancellationToken)
    {
        await board.Filled.WaitAsync(cancellationToken);
        return await tours.FindAsync(id, cancellationToken);
    }

    private IResult Show(ShownTour shown, DateTimeOffset readAt, DateTimeOffset askedAt, DateTimeOffset now) =>
        shown.Answer.With(sync.Meta(readAt, askedAt, now));
}
