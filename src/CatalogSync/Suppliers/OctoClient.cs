using System.Collections.Concurrent;
using RealtimeTours.CatalogSync.Telemetry;

namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>The calls of an OCTO supplier (docs.octo.travel). A failure is a <see cref="SupplierAnswer{T}"/>; only cancellation throws.</summary>
/// <remarks>Reads are retried; changes only where they certainly did nothing, see <see cref="SupplierFailure.MayHaveHappened"/>.</remarks>
internal sealed class OctoClient(SupplierAddress address, SupplierSettings settings, CatalogSyncMetrics metrics, TimeProvider time) : IDisposable
{
    private const string WithPricesAndContent = "octo/pricing, octo/content";
    private const int MaxCatalogueBytes = 8 * 1024 * 1024;

    // The days that fit into one answer, of products for which not all did.
    private readonly ConcurrentDictionary<(string ProductId, string OptionId), int> _longestWindows = new();

    private readonly OctoTransport _transport = new(address, settings, metrics, time);

    public Task<SupplierAnswer<SupplierInfo>> GetSupplierAsync(CancellationToken cancellationToken = default) =>
        _transport.SendAsync(new OctoCall(HttpMethod.Get, "supplier"), OctoReading.Supplier, cancellationToken);

    public Task<SupplierAnswer<SupplierProducts>> GetProductsAsync(CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            new OctoCall(HttpMethod.Get, "products", Capabilities: WithPricesAndContent, MaxAnswerBytes: MaxCatalogueBytes),
            OctoProductReading.Products, cancellationToken);

    public Task<SupplierAnswer<SupplierProduct>> GetProductAsync(string id, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            new OctoCall(HttpMethod.Get, $"products/{Uri.EscapeDataString(id)}", Capabilities: WithPricesAndContent),
            json => OctoProductReading.Product(json, id), cancellationToken);

    /// <summary>One row per departure. A departure of these days without a row takes no bookings, unless the answer is incomplete.</summary>
    /// <remarks>
    /// One call, but for an answer that is too large: then the window is halved, down to a day, and so are later ones of this product.
    /// </remarks>
    public async Task<SupplierAnswer<OctoAvailabilities>> CheckAvailabilityAsync(
        AvailabilityQuery query, CancellationToken cancellationToken = default)
    {
        var product = (query.ProductId, query.OptionId);
        var (rows, unreadable) = (new List<OctoAvailability>(), new List<UnreadableRow>());
        for (var from = query.From; from <= query.To;)
        {
            var longest = Math.Min(_longestWindows.GetValueOrDefault(product, query.Days), query.To.DayNumber - from.DayNumber + 1);
            var window = query with { From = from, To = from.AddDays(longest - 1) };
            var answer = await _transport.SendAsync(
                new OctoCall(HttpMethod.Post, "availability", BodyOf(window)), json => OctoReading.Availabilities(json, window), cancellationToken);
            if (answer.Failure is { IsTooLarge: true } && longest > 1)
            {
                _longestWindows[product] = longest / 2;
                continue;
            }
            if (answer.Failure is { } failure)
                return longest > 1 || !failure.IsTooLarge ? failure : failure with { Reason = $"{failure.Reason}, for {from:yyyy-MM-dd} alone" };
            rows.AddRange(answer.Value!);
            unreadable.AddRange(answer.Value!.Unreadable);
            from = window.To.AddDays(1);
        }
        if (unreadable.Count > 0) metrics.RowsUnreadable(settings.Id, unreadable.Count);
        return new OctoAvailabilities([.. rows.DistinctBy(row => row.Start)], unreadable);
    }

    /// <summary>One row per day: cheaper for the supplier, too coarse where a day has several departures. Not every supplier offers it.</summary>
    public Task<SupplierAnswer<IReadOnlyList<OctoDay>>> GetCalendarAsync(AvailabilityQuery query, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            new OctoCall(HttpMethod.Post, "availability/calendar", BodyOf(query)), json => OctoReading.Calendar(json, query), cancellationToken);

    /// <summary>Holds seats until the booking's <see cref="SupplierBooking.HeldUntil"/>.</summary>
    public Task<SupplierAnswer<SupplierBooking>> ReserveAsync(SeatReservation reservation, CancellationToken cancellationToken = default) =>
        ChangeAsync("bookings", new
        {
            uuid = reservation.Uuid, productId = reservation.ProductId, optionId = reservation.OptionId, availabilityId = reservation.AvailabilityId,
            expirationMinutes = reservation.HoldMinutes, resellerReference = reservation.ResellerReference, notes = reservation.Notes,
            unitItems = reservation.UnitIds.Select(id => new { unitId = id }),
        }, json => OctoBookingReading.Reserved(json, reservation), cancellationToken);

    /// <summary>Extends the hold to that many minutes from now.</summary>
    public Task<SupplierAnswer<SupplierBooking>> ExtendAsync(Guid uuid, int minutes, CancellationToken cancellationToken = default) =>
        ChangeAsync(
            $"bookings/{uuid}/extend", new { expirationMinutes = minutes }, json => OctoBookingReading.Booking(json, uuid), cancellationToken);

    public Task<SupplierAnswer<SupplierBooking>> ConfirmAsync(
        Guid uuid, TravellerContact contact, string? resellerReference = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(
            $"bookings/{uuid}/confirm", new { contact, resellerReference }, json => OctoBookingReading.Booking(json, uuid), cancellationToken);

    /// <summary>Releases a hold, or cancels a confirmed booking.</summary>
    public Task<SupplierAnswer<SupplierBooking>> CancelAsync(Guid uuid, string? reason = null, CancellationToken cancellationToken = default) =>
        ChangeAsync($"bookings/{uuid}/cancel", new { reason }, json => OctoBookingReading.Booking(json, uuid), cancellationToken);

    public Task<SupplierAnswer<SupplierBooking>> GetBookingAsync(Guid uuid, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(new OctoCall(HttpMethod.Get, $"bookings/{uuid}"), json => OctoBookingReading.Booking(json, uuid), cancellationToken);

    public void Dispose() => _transport.Dispose();

    private Task<SupplierAnswer<SupplierBooking>> ChangeAsync(
        string path, object body, Func<System.Text.Json.JsonElement, SupplierBooking> read, CancellationToken cancellationToken) =>
        _transport.SendAsync(new OctoCall(HttpMethod.Post, path, body, Changes: true), read, cancellationToken);

    private static object BodyOf(AvailabilityQuery query) =>
        new { productId = query.ProductId, optionId = query.OptionId, localDateStart = query.From, localDateEnd = query.To };
}
