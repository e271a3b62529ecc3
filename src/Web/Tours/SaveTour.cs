using RealtimeTours.Bookings.Bookings;
using RealtimeTours.Bookings.Departures;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Web.Tours;

/// <summary><c>POST /api/tours</c> and <c>PUT /api/tours/{id}</c>: operators keep the catalogue.</summary>
internal sealed class SaveTour(
    Database database, SeatInventory inventory, EventFactory events, TourReader tours, TourCatalogue catalogue, TimeProvider time)
{
    public const string OperatorRole = "operator";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/api/tours", (HttpContext context, SaveTour save, CancellationToken cancellationToken) =>
                save.RunAsync(context, pathId: null, cancellationToken))
            .RequireSignedIn(OperatorRole).WithName("CreateTour").WithTags("Tours")
            .Accepts<SaveTourRequest>("application/json").Produces<SuccessEnvelope<SavedTour>>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        endpoints.MapPut("/api/tours/{id}", (string id, HttpContext context, SaveTour save, CancellationToken cancellationToken) =>
                save.RunAsync(context, id, cancellationToken))
            .RequireSignedIn(OperatorRole).WithName("UpdateTour").WithTags("Tours")
            .Accepts<SaveTourRequest>("application/json").Produces<SuccessEnvelope<SavedTour>>()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private async Task<IResult> RunAsync(HttpContext context, string? pathId, CancellationToken cancellationToken)
    {
        var (body, badBody) = await RequestBody.ReadAsync<SaveTourRequest>(context.Request, cancellationToken);
        if (badBody is not null) return badBody;
        if (TourRules.WhatIsWrong(body!, pathId) is { } sentence) return RequestBody.Invalid(sentence);

        var id = pathId ?? body!.Id ?? Ids.New("tour_");
        try
        {
            if (!await database.InTransactionAsync(transaction => SaveAsync(transaction, id, body!, isNew: pathId is null), cancellationToken))
                return pathId is null ? Problems.Of(409, "tour_exists", "There is already a tour with this id.") : ReadTour.NotFound;
        }
        catch (BelowSoldException e)
        {
            return Problems.Of(422, "capacity_below_sold", e.Message, ("date", e.Date), ("sold", e.Sold));
        }
        catalogue.Forget(everywhere: true); // the writer sees its own change at once, other nodes when the backplane or the event tells them
        tours.Forget(id, everywhere: true);
        if ((await tours.FindAsync(id, cancellationToken))?.Value is not { } saved) return ReadTour.Unavailable; // saved it is, but it cannot be shown
        var answer = new SuccessEnvelope<SavedTour>(new SavedTour(saved.Details.With([], time.GetUtcNow())));
        return pathId is null ? TypedResults.Created($"/api/tours/{Uri.EscapeDataString(id)}", answer) : TypedResults.Ok(answer);
    }

    /// <returns>False when a new tour's id is taken, or a changed tour does not exist.</returns>
    private async Task<bool> SaveAsync(WriteTransaction transaction, string id, SaveTourRequest body, bool isNew)
    {
        // A tour that nobody knows yet comes before its departures; of one that others may be changing the departures are locked first, as everywhere.
        if (isNew && !await AddTourAsync(transaction, id, body)) return false;
        if (!isNew && await transaction.FirstOrDefaultAsync<int>("SELECT COUNT(*) FROM tours WHERE id = @id", new { id }) == 0) return false;
        var now = time.GetUtcNow();
        foreach (var departure in (body.Departures ?? []).OrderBy(departure => departure.Date))
            if (await inventory.SetByOperatorAsync(transaction, id, departure.Date, departure.Capacity, departure.Closed, now) is { } sold)
                throw new BelowSoldException(departure.Date, sold);
        if (!isNew) await UpdateTourAsync(transaction, id, body);
        transaction.Announce(events.Create(isNew ? EventTypes.TourCreated : EventTypes.TourUpdated, new TourChanged(
            id, body.Name, body.Destination, body.Category, body.DurationHours, body.Price, body.Currency, body.TimeZone)));
        return true;
    }

    private async Task<bool> AddTourAsync(WriteTransaction transaction, string id, SaveTourRequest body) => await transaction.ExecuteAsync("""
        INSERT INTO tours (id, name, destination, category, duration_hours, price_cents, currency, time_zone, cancellation_days, cancellation_fees, updated_at)
        VALUES (@id, @Name, @Destination, @Category, @DurationHours, @PriceCents, @Currency, @TimeZone, @CancellationDays, @fees, @now) ON CONFLICT DO NOTHING
        """, Row(id, body)) == 1;

    private Task UpdateTourAsync(WriteTransaction transaction, string id, SaveTourRequest body) => transaction.ExecuteAsync("""
        UPDATE tours SET name = @Name, destination = @Destination, category = @Category, duration_hours = @DurationHours, price_cents = @PriceCents,
               currency = @Currency, time_zone = @TimeZone, cancellation_days = @CancellationDays,
               cancellation_fees = @fees, updated_at = @now WHERE id = @id
        """, Row(id, body));

    private object Row(string id, SaveTourRequest body) => new
    {
        id, body.Name, body.Destination, body.Category, body.DurationHours, PriceCents = (long)(body.Price * 100), body.Currency, body.TimeZone,
        body.CancellationDays, fees = CancellationPolicy.ToJson(body.CancellationFees), now = time.GetUtcNow(),
    };

    /// <summary>Rolls the whole request back.</summary>
    private sealed class BelowSoldException(DateTimeOffset date, int sold)
        : Exception($"The departure has {sold} seats sold already; its capacity cannot go below that.")
    {
        public DateTimeOffset Date => date;
        public int Sold => sold;
    }
}
