using RealtimeTours.Bookings.Departures;
using RealtimeTours.Bookings.Tours;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Web.Tours;

/// <summary><c>POST /api/tours</c> and <c>PUT /api/tours/{id}</c>: operators create and change tours.</summary>
internal sealed class SaveTour(
    Database database, SeatInventory inventory, Catalogue details, TourReader tours, TourCatalogue catalogue, TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/api/tours", (HttpContext context, SaveTour save, CancellationToken cancellationToken) =>
                save.RunAsync(context, pathId: null, cancellationToken))
            .RequireSignedIn(Roles.Operator).WithName("CreateTour").WithTags("Tours")
            .Accepts<SaveTourRequest>("application/json").Produces<SuccessEnvelope<SavedTour>>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        endpoints.MapPut("/api/tours/{id}", (string id, HttpContext context, SaveTour save, CancellationToken cancellationToken) =>
                save.RunAsync(context, id, cancellationToken))
            .RequireSignedIn(Roles.Operator).WithName("UpdateTour").WithTags("Tours")
            .Accepts<SaveTourRequest>("application/json").Produces<SuccessEnvelope<SavedTour>>()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private async Task<IResult> RunAsync(HttpContext context, string? pathId, CancellationToken cancellationToken)
    {
        if ((await RequestBody.ReadAsync<SaveTourRequest>(context.Request, cancellationToken))
            .IsRefused(out var badBody, out var body)) return badBody;
        if (TourRules.WhatIsWrong(body, pathId) is { } sentence) return RequestBody.Invalid(sentence);

        var id = pathId ?? body.Id ?? Ids.New("tour_");
        try
        {
            if (!await database.InTransactionAsync(transaction => SaveAsync(transaction, id, body, isNew: pathId is null), cancellationToken))
                return pathId is null ? Problems.Of(409, "tour_exists", "There is already a tour with this id.") : ReadTour.NotFound;
        }
        catch (BelowSoldException e)
        {
            return Problems.Of(422, "capacity_below_sold", e.Message, ("date", e.Date), ("sold", e.Sold));
        }
        catalogue.Forget(everywhere: true); // the writer sees its own change at once, other nodes when the backplane or the event tells them
        tours.Forget(id, everywhere: true);
        if ((await tours.FindAsync(id, cancellationToken))?.Value is not { } saved) return ReadTour.Unavailable; // it is saved but cannot be shown
        var answer = new SuccessEnvelope<SavedTour>(new SavedTour(saved.Details.With([], time.GetUtcNow())));
        return pathId is null
            ? TypedResults.Created($"{context.Request.PathBase.ToUriComponent()}/api/tours/{Uri.EscapeDataString(id)}", answer)
            : TypedResults.Ok(answer);
    }

    /// <returns>False when a new tour's id is taken, or a changed tour does not exist.</returns>
    private async Task<bool> SaveAsync(WriteTransaction transaction, string id, SaveTourRequest body, bool isNew)
    {
        var tour = new CatalogueTour(
            id, body.Name, body.Destination, body.Category, body.DurationHours, body.Price, body.Currency, body.TimeZone, body.CancellationDays,
            CancellationPolicy.ToJson(body.CancellationFees));
        // A new tour is inserted before its departures. For a tour that others may be changing, its departures are locked first, as everywhere: the
        // same lock order prevents deadlocks.
        if (isNew && !await details.TryAddAsync(transaction, tour)) return false;
        if (!isNew && await transaction.FirstOrDefaultAsync<int>("SELECT COUNT(*) FROM tours WHERE id = @id", new { id }) == 0) return false;
        var now = time.GetUtcNow();
        foreach (var departure in (body.Departures ?? []).OrderBy(departure => departure.Date))
            if (await inventory.SetByOperatorAsync(transaction, id, departure.Date, departure.Capacity, departure.Closed, now) is { } sold)
                throw new BelowSoldException(departure.Date, sold);
        return isNew || await details.UpdateAsync(transaction, tour);
    }

    private sealed class BelowSoldException(DateTimeOffset date, int sold)
        : Exception($"The departure has {sold} seats sold already; its capacity cannot go below that.")
    {
        public DateTimeOffset Date => date;
        public int Sold => sold;
    }
}
