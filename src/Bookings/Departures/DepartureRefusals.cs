using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Departures;

/// <summary>Refusals of requests that name a departure.</summary>
internal static class DepartureRefusals
{
    public static Refusal NoSuchTour => new(404, "no_such_tour", "There is no such tour.");

    public static Refusal Departed => new(409, "departed", "This departure has already started.");

    /// <summary>For a departure that was not found: the tour may be missing too.</summary>
    public static async Task<Refusal> NotFoundAsync(WriteTransaction transaction, string tourId) =>
        await transaction.FirstOrDefaultAsync<int>("SELECT COUNT(*) FROM tours WHERE id = @tourId", new { tourId }) > 0
            ? new Refusal(404, "no_such_departure", "The tour has no departure at this date; take one of those the tour lists.")
            : NoSuchTour;
}
