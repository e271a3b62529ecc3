using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.Web.Tours;

/// <summary><c>GET /api/tours</c>: tours by destination and name, each with its next matching departure. Seats are the board's, as of now.</summary>
internal sealed class ListTours(TourCatalogue catalogue, ILiveBoard board, NextSync sync, TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        static Task<IResult> Answer([AsParameters] TourQuery query, ListTours list, CancellationToken cancellationToken) =>
            list.AnswerAsync(query, cancellationToken);
        // Anonymous: no middleware after routing is needed.
        endpoints.MapGet("/api/tours", Answer)
            .WithName("ListTours").WithTags("Tours")
            .Produces<SuccessEnvelope<TourPage>>().Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable).ShortCircuit();
        endpoints.MapMethods("/api/tours", [HttpMethods.Head], Answer).ShortCircuit().ExcludeFromDescription();
    }

    private async Task<IResult> AnswerAsync(TourQuery query, CancellationToken cancellationToken)
    {
        if (Paging.Read(query.Limit, query.Cursor).IsRefused(out var badPaging, out var paging)) return badPaging;
        if (TourFilter.Read(query).IsRefused(out var badFilter, out var filter)) return badFilter;

        await board.Filled.WaitAsync(cancellationToken);
        var askedAt = time.GetUtcNow();
        if (await catalogue.FindAsync(cancellationToken) is not { } reading) return ReadTour.Unavailable;
        var now = time.GetUtcNow();
        return Page(reading.Value?.All ?? [], filter, paging, now) is { } page
            ? PreparedAnswer.Of(page).With(sync.Meta(reading.At, askedAt, now))
            : RequestBody.Invalid("cursor must be what the page before gave.", "bad_cursor");
    }

    /// <returns>Null if the cursor names no tour.</returns>
    private PageOfTours? Page(IReadOnlyList<LiveTour> tours, TourFilter filter, Paging paging, DateTimeOffset now)
    {
        var (total, shown, more) = (0, new List<TourSummary>(), false);
        var started = paging.Cursor is null;
        foreach (var tour in tours)
        {
            if (filter.Fits(tour) && tour.At(board, now).Tour is var view && filter.Next(view) is var next
                && (next is not null || !filter.OnlyBookable))
            {
                total++;
                if (started && shown.Count < paging.Limit) shown.Add(Summary(view, next));
                else more |= started;
            }
            started |= tour.Details.Id == paging.Cursor;
        }
        return started ? new PageOfTours(shown, total, more ? shown[^1].Id : null) : null;
    }

    private static TourSummary Summary(TourView tour, DepartureView? next) => new(
        tour.Id, tour.Name, tour.Destination, tour.Category, tour.DurationHours, tour.Price, tour.Currency, tour.TimeZone,
        next?.Date, next?.AvailableSpots ?? 0, next?.Status ?? AvailabilityStatus.SoldOut, tour.LastSyncedAt, next?.Version,
        tour.AverageRating, tour.RatingCount);

    /// <summary>A <see cref="TourPage"/> before its <c>meta</c>.</summary>
    private sealed record PageOfTours(IReadOnlyList<TourSummary> Tours, int Total, string? Cursor);
}
