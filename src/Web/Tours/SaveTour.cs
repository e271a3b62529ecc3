using RealtimeTours.Bookings.Bookings;
using RealtimeTours.Bookings.Departures;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Web.Tours;

/// <summary><c>POST /api/tours</c> and <c>PUT /api/tours/{id}</c>: operators keep the catalogue.</summary>
internal sealed class SaveTour(Database database, EventFactory events, TourReader tours, TourCatalogue catalogue, TimeProvider time)
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
            return Problems.Of(409, "capacity_below_sold", e.Message, ("date", e.Date), ("sold", e.Sold));
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
        var row = new
        {
            id, body.Name, body.Destination, body.Category, body.DurationHours, PriceCents = (long)(body.Price * 100), body.Currency, body.TimeZone,
            body.CancellationDays, fees = CancellationPolicy.ToJson(body.CancellationFees), now = time.GetUtcNow(),
        };
        var written = await transaction.ExecuteAsync(isNew
            ? """
              INSERT INTO tours (id, name, destination, category, duration_hours, price_cents, currency, time_zone, cancellation_days, cancellation_fees, updated_at)
              VALUES (@id, @Name, @Destination, @Category, @DurationHours, @PriceCents, @Currency, @TimeZone, @CancellationDays, @fees, @now) ON CONFLICT DO NOTHING
              """
            : """
              UPDATE tours SET name = @Name, destination = @Destination, category = @Category, duration_hours = @DurationHours, price_cents = @PriceCents,
                     currency = @Currency, time_zone = @TimeZone, cancellation_days = @CancellationDays,
                     cancellation_fees = @fees, updated_at = @now WHERE id = @id
              """, row);
        if (written == 0) return false;
        transaction.Announce(events.Create(isNew ? EventTypes.TourCreated : EventTypes.TourUpdated, new TourChanged(
            id, body.Name, body.Destination, body.Category, body.DurationHours, body.Price, body.Currency, body.TimeZone)));
        // Always in the same order, so that two operators at once cannot wait for each other's rows.
        foreach (var departure in (body.Departures ?? []).OrderBy(departure => departure.Date))
            if (await SaveDepartureAsync(transaction, id, departure) is { } change) transaction.Announce(DepartureChange.Events(events, change));
        return true;
    }

    /// <returns>The change, or null where nothing changes.</returns>
    private async Task<DepartureChange?> SaveDepartureAsync(WriteTransaction transaction, string tourId, SaveDepartureRequest wanted)
    {
        var now = time.GetUtcNow();
        var inserted = await transaction.ExecuteAsync("""
            INSERT INTO departures (tour_id, starts_at, capacity, available_spots, closed, version, updated_at)
            VALUES (@tourId, @Date, @Capacity, @Capacity, @Closed, 1, @now) ON CONFLICT DO NOTHING
            """, new { tourId, wanted.Date, wanted.Capacity, wanted.Closed, now });
        if (inserted == 1) // nothing was crossed: before, there was no departure
            return new DepartureChange(tourId, wanted.Date, wanted.Capacity, wanted.Capacity, wanted.Capacity, wanted.Closed, 1, AvailabilityReasons.Operator);

        var before = (await transaction.FirstOrDefaultAsync<DepartureRow>($"""
            SELECT tour_id AS TourId, starts_at AS StartsAt, available_spots AS AvailableSpots, capacity AS Capacity, closed AS Closed, version AS Version
            FROM departures WHERE tour_id = @tourId AND starts_at = @Date {transaction.Dialect.ForUpdate}
            """, new { tourId, wanted.Date }))!;
        if (before.Capacity == wanted.Capacity && before.Closed == wanted.Closed) return null;
        var sold = before.Capacity - before.AvailableSpots;
        if (wanted.Capacity < sold) throw new BelowSoldException(before.StartsAt, sold);

        var change = new DepartureChange(
            tourId, before.StartsAt, before.AvailableSpots, wanted.Capacity - sold, wanted.Capacity, wanted.Closed, before.Version + 1,
            AvailabilityReasons.Operator);
        await transaction.ExecuteAsync("""
            UPDATE departures SET capacity = @Capacity, available_spots = @After, closed = @Closed, version = @Version, updated_at = @now
            WHERE tour_id = @TourId AND starts_at = @Date
            """, new { change.TourId, change.Date, change.Capacity, change.After, change.Closed, change.Version, now });
        return change;
    }

    /// <summary>Rolls the whole request back.</summary>
    private sealed class BelowSoldException(DateTimeOffset date, int sold)
        : Exception($"The departure has {sold} seats sold already; its capacity cannot go below that.")
    {
        public DateTimeOffset Date => date;
        public int Sold => sold;
    }
}
