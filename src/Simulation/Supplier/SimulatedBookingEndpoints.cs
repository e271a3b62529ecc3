namespace RealtimeTours.Simulation.Supplier;

/// <summary><c>POST /bookings</c> and what may be done to a booking after.</summary>
internal static class SimulatedBookingEndpoints
{
    public static void MapBookings(this IEndpointRouteBuilder routes, SimulatedBookings bookings)
    {
        routes.MapPost("/bookings", async context =>
            await WriteAsync(context, bookings.Reserve(await OctoJson.ReadAsync<ReservationRequest>(context.Request))));
        routes.MapGet("/bookings", context =>
        {
            var (reseller, supplier) = (Query(context, "resellerReference"), Query(context, "supplierReference"));
            if (reseller is null && supplier is null) throw OctoError.BadRequest("resellerReference or supplierReference is required");
            return OctoJson.WriteAsync(context, bookings.List(reseller, supplier).Select(booking => Shown(context, booking)).ToArray());
        });
        routes.MapGet("/bookings/{uuid}", context => WriteAsync(context, bookings.Find(Uuid(context))));
        routes.MapPatch("/bookings/{uuid}", async context =>
            await WriteAsync(context, bookings.Update(Uuid(context), await OctoJson.ReadAsync<ReservationRequest>(context.Request))));
        routes.MapPost("/bookings/{uuid}/confirm", async context =>
            await WriteAsync(context, bookings.Confirm(Uuid(context), await OctoJson.ReadAsync<ConfirmationRequest>(context.Request))));
        routes.MapPost("/bookings/{uuid}/extend", async context =>
            await WriteAsync(context, bookings.Extend(Uuid(context), await OctoJson.ReadAsync<ExtensionRequest>(context.Request))));
        routes.MapPost("/bookings/{uuid}/cancel", CancelAsync);
        routes.MapDelete("/bookings/{uuid}", CancelAsync); // the earlier spelling, which many resellers still use

        async Task CancelAsync(HttpContext context)
        {
            var request = context.Request.ContentLength is null or 0
                ? new CancellationRequest()
                : await OctoJson.ReadAsync<CancellationRequest>(context.Request);
            await WriteAsync(context, bookings.Cancel(Uuid(context), request));
        }
    }

    private static Task WriteAsync(HttpContext context, OctoBooking booking) => OctoJson.WriteAsync(context, Shown(context, booking));

    private static OctoBooking Shown(HttpContext context, OctoBooking booking) => OctoCapabilities.Of(context.Request).Pricing
        ? booking
        : booking with { Pricing = null, UnitItems = [.. booking.UnitItems.Select(item => item with { Pricing = null })] };

    private static string Uuid(HttpContext context) => (string)context.Request.RouteValues["uuid"]!;

    private static string? Query(HttpContext context, string name) => context.Request.Query[name] is [{ Length: > 0 } value] ? value : null;
}
