using RealtimeTours.Simulation.SampleCatalogue;

namespace RealtimeTours.Simulation.Supplier;

/// <summary>The supplier's bookings: reserve, confirm, change, extend, cancel. A hold that is not confirmed in time expires.</summary>
internal sealed class SimulatedBookings(SimulatedInventory inventory, SimulatedSupplierOptions options, TimeProvider time)
{
    private const int LongestHoldMinutes = 24 * 60;
    private const int MaxUnits = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, OctoBooking> _bookings = [];

    /// <summary>Seats held or confirmed on a departure.</summary>
    /// <param name="except">A booking that is not counted, since it is about to change.</param>
    public int Booked(string productId, string availabilityId, string? except = null)
    {
        lock (_lock)
            return _bookings.Values
                .Where(booking =>
                    booking.ProductId == productId && booking.AvailabilityId == availabilityId && booking.Uuid != except && TakesSeats(booking))
                .Sum(booking => booking.UnitItems.Length);
    }

    public OctoBooking Reserve(ReservationRequest request)
    {
        var expires = Now + HoldOf(request.ExpirationMinutes);
        lock (_lock)
        {
            var uuid = request.Uuid ?? Guid.NewGuid().ToString();
            if (_bookings.ContainsKey(uuid)) throw OctoError.InvalidBooking(uuid);
            var booking = new OctoBooking(
                Guid.NewGuid().ToString(), uuid, TestMode: true, request.ResellerReference, SupplierReference: null, "ON_HOLD", Now, Now, expires,
                UtcRedeemedAt: null, UtcConfirmedAt: null, ProductId: "", OptionId: "", Cancellable: true, Cancellation: null, Freesale: false,
                AvailabilityId: null, Availability: null, request.Contact ?? new OctoContact(), request.Notes, ["VOUCHER"],
                new OctoTicket("DIGITAL", UtcRedeemedAt: null, DeliveryOptions: []), UnitItems: []);
            return _bookings[uuid] = Seated(booking, request.ProductId, request.OptionId, request.AvailabilityId, request.UnitItems);
        }
    }

    public OctoBooking Update(string uuid, ReservationRequest request) => Change(uuid, booking =>
    {
        RequireLive(booking);
        var moved = (request.ProductId, request.OptionId, request.AvailabilityId, request.UnitItems) is (null, null, null, null)
            ? booking
            : Seated(booking, request.ProductId ?? booking.ProductId, request.OptionId ?? booking.OptionId,
                request.AvailabilityId ?? booking.AvailabilityId, request.UnitItems ?? [.. booking.UnitItems.Select(ToRequest)]);
        return moved with
        {
            ResellerReference = request.ResellerReference ?? booking.ResellerReference, Notes = request.Notes ?? booking.Notes,
            Contact = request.Contact ?? booking.Contact,
        };
    });

    public OctoBooking Confirm(string uuid, ConfirmationRequest request) => Change(uuid, booking =>
    {
        if (booking.Status == "CONFIRMED") return booking; // a repeated confirmation is no error
        if (booking.Status != "ON_HOLD") throw OctoError.Unprocessable($"The booking is {booking.Status}");
        if (request.Contact is not { } contact) throw OctoError.BadRequest("contact is required");
        var seated = request.UnitItems is { } items ? Seated(booking, booking.ProductId, booking.OptionId, booking.AvailabilityId, items) : booking;
        return seated with
        {
            Status = "CONFIRMED", UtcConfirmedAt = Now, UtcExpiresAt = null, Contact = contact,
            SupplierReference = booking.Id[..8].ToUpperInvariant(), ResellerReference = request.ResellerReference ?? booking.ResellerReference,
            Voucher = new OctoTicket("DIGITAL", UtcRedeemedAt: null, [new { deliveryFormat = "QRCODE", deliveryValue = booking.Uuid }]),
            UnitItems = [.. seated.UnitItems.Select(item => item with { Status = "CONFIRMED" })],
        };
    });

    public OctoBooking Extend(string uuid, ExtensionRequest request) => Change(uuid, booking => booking.Status == "ON_HOLD"
        ? booking with { UtcExpiresAt = Now + HoldOf(request.ExpirationMinutes) }
        : throw OctoError.Unprocessable($"The booking is {booking.Status}"));

    public OctoBooking Cancel(string uuid, CancellationRequest request) => Change(uuid, booking =>
    {
        if (booking.Status == "CANCELLED") return booking;
        RequireLive(booking);
        return booking with
        {
            Status = "CANCELLED", Cancellable = false, UtcExpiresAt = null, Cancellation = new OctoCancellation("FULL", request.Reason, Now),
            UnitItems = [.. booking.UnitItems.Select(item => item with { Status = "CANCELLED" })],
        };
    });

    public OctoBooking Find(string uuid) => Change(uuid, booking => booking);

    public IReadOnlyList<OctoBooking> List(string? resellerReference, string? supplierReference)
    {
        lock (_lock)
            return [.. _bookings.Values
                .Where(booking => (resellerReference is null || booking.ResellerReference == resellerReference)
                    && (supplierReference is null || booking.SupplierReference == supplierReference))
                .ToArray()
                .Select(booking => Find(booking.Uuid))];
    }

    // Whole seconds: some readers of OCTO do not accept the fractions that ISO 8601 allows.
    private DateTimeOffset Now => new(time.GetUtcNow().UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);

    /// <summary>Moves the booking to these seats. Its own seats count as free; nothing changes where there are too few.</summary>
    private OctoBooking Seated(OctoBooking booking, string? productId, string? optionId, string? availabilityId, RequestedUnitItem[]? items)
    {
        var product = inventory.Product(productId, optionId);
        if (items is not { Length: > 0 and <= MaxUnits }) throw OctoError.Unprocessable($"unitItems must have 1 to {MaxUnits} items");
        if (items.FirstOrDefault(item => !SimulatedPrices.IsUnit(item.UnitId)) is { } wrong) throw OctoError.InvalidUnit(wrong.UnitId);
        if ((availabilityId is null ? null : inventory.Departure(product, availabilityId)) is not { } departure)
            throw OctoError.InvalidAvailability(availabilityId);

        var id = SimulatedInventory.IdOf(departure);
        var row = inventory.Row(departure, Booked(product.SupplierProductId, id, except: booking.Uuid));
        if (!row.Available || row.Vacancies < items.Length) throw OctoError.Unprocessable("There are not enough vacancies");
        OctoUnitItem[] seats = [.. items.Select(item => ToUnitItem(product, item, booking.Status))];
        return booking with
        {
            ProductId = product.SupplierProductId, OptionId = SampleTour.SupplierOptionId, AvailabilityId = id, Availability = row, UnitItems = seats,
            Pricing = SimulatedPrices.Total(product, seats),
        };
    }

    private OctoBooking Change(string uuid, Func<OctoBooking, OctoBooking> change)
    {
        lock (_lock)
        {
            if (!_bookings.TryGetValue(uuid, out var booking)) throw OctoError.InvalidBooking(uuid);
            if (booking is { Status: "ON_HOLD", UtcExpiresAt: { } expiry } && expiry <= Now)
                booking = booking with { Status = "EXPIRED", Cancellable = false, UtcUpdatedAt = expiry };
            var changed = change(booking);
            return _bookings[uuid] = ReferenceEquals(changed, booking) ? booking : changed with { UtcUpdatedAt = Now };
        }
    }

    private TimeSpan HoldOf(int? minutes) => minutes switch
    {
        null => options.HoldFor,
        >= 1 and <= LongestHoldMinutes => TimeSpan.FromMinutes(minutes.Value),
        _ => throw OctoError.BadRequest($"expirationMinutes must be from 1 to {LongestHoldMinutes}"),
    };

    private bool TakesSeats(OctoBooking booking) =>
        booking.Status == "CONFIRMED" || (booking.Status == "ON_HOLD" && booking.UtcExpiresAt > Now);

    private static void RequireLive(OctoBooking booking)
    {
        if (booking.Status is not ("ON_HOLD" or "CONFIRMED")) throw OctoError.Unprocessable($"The booking is {booking.Status}");
    }

    private static RequestedUnitItem ToRequest(OctoUnitItem item) => new(item.Uuid, item.UnitId, item.ResellerReference);

    private static OctoUnitItem ToUnitItem(SampleTour product, RequestedUnitItem item, string status) => new(
        item.Uuid ?? Guid.NewGuid().ToString(), item.ResellerReference, SupplierReference: null, item.UnitId!, status, UtcRedeemedAt: null,
        new OctoContact(), Ticket: null)
    {
        Pricing = SimulatedPrices.Of(product, item.UnitId!),
    };
}
