using System.Text.Json;

namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>Reads OCTO's bookings; an answer about another booking than the one asked for is refused.</summary>
internal static class OctoBookingReading
{
    public static SupplierBooking Reserved(JsonElement json, SeatReservation asked)
    {
        var booking = Booking(json, asked.Uuid);
        if (booking.ProductId != asked.ProductId || booking.OptionId != asked.OptionId || booking.AvailabilityId != asked.AvailabilityId)
            throw new UnreadableAnswerException("The answer is about another departure than the one asked for");
        return booking.Seats == asked.UnitIds.Count ? booking
            : throw new UnreadableAnswerException("The answer is about another number of seats than asked for");
    }

    public static SupplierBooking Booking(JsonElement json, Guid asked)
    {
        if (!Guid.TryParse(OctoFields.Text(json, "uuid"), out var uuid) || uuid != asked)
            throw new UnreadableAnswerException("The answer is about another booking than the one asked for");
        return new SupplierBooking(
            uuid, Status(OctoFields.Text(json, "status")), OctoFields.Id(json, "productId"), OctoFields.Id(json, "optionId"),
            OctoFields.OptionalText(json, "availabilityId"), OctoFields.Array(OctoFields.Property(json, "unitItems")).Count(),
            Instant(json, "utcExpiresAt"), OctoFields.OptionalText(json, "supplierReference"),
            OctoFields.Optional(json, "cancellable") is { ValueKind: JsonValueKind.True });
    }

    private static SupplierBookingStatus Status(string text) => text switch
    {
        "ON_HOLD" => SupplierBookingStatus.OnHold,
        "CONFIRMED" => SupplierBookingStatus.Confirmed,
        "PENDING" => SupplierBookingStatus.Pending,
        "CANCELLED" => SupplierBookingStatus.Cancelled,
        "EXPIRED" => SupplierBookingStatus.Expired,
        "REDEEMED" => SupplierBookingStatus.Redeemed,
        "REJECTED" => SupplierBookingStatus.Rejected,
        _ => throw new UnreadableAnswerException("status is none that OCTO knows"),
    };

    private static DateTimeOffset? Instant(JsonElement json, string name) =>
        OctoFields.OptionalText(json, name) is not { } text
            ? null
            : DateTimeOffset.TryParse(
                text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var instant)
                ? instant.ToUniversalTime()
                : throw new UnreadableAnswerException($"{name} is not an ISO 8601 time");
}
