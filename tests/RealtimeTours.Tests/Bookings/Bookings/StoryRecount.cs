using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>A story told again by its events alone: seats, bookings, offers and money come out the same.</summary>
internal static class StoryRecount
{
    /// <param name="published">All events of the story, in the order they left the outbox.</param>
    public static string? WhatIsWrong(string tour, IReadOnlyList<EventEnvelope> published, BookingModel model)
    {
        EventEnvelope[] heard = [.. published.DistinctBy(e => e.EventId)]; // the outcome of a payment is told again where it was asked for again
        return EventRecount.WhatIsWrong(tour, model.Version, model.Available, heard)
            ?? WrongBookings(heard, model) ?? WrongPrices(heard, model) ?? WrongOffers(heard, model) ?? WrongMoney(heard);
    }

    private static string? WrongBookings(IReadOnlyList<EventEnvelope> published, BookingModel model)
    {
        var statuses = new Dictionary<string, string>();
        foreach (var e in published)
            if (StatusAfter(e.EventType) is { } status) statuses[BookingOf(e)] = status;
        return Different("bookings", statuses.Values.Order(), model.Bookings.Select(booking => booking.Status).Order());
    }

    // Less the vouchers.
    private static string? WrongPrices(IReadOnlyList<EventEnvelope> published, BookingModel model) => Different(
        "prices", published.Where(e => e.EventType == EventTypes.BookingCreated).Select(e => $"{e.Data.GetProperty("totalPrice").GetDecimal():0.##}"),
        model.Bookings.Select(booking => $"{booking.Price:0.##}"));

    private static string? WrongOffers(IReadOnlyList<EventEnvelope> published, BookingModel model)
    {
        var offers = published.Where(e => e.EventType == EventTypes.TourSpotsAvailable)
            .Select(e => e.Data.Deserialize<TourSpotsAvailable>(WireJson.EventOptions)!).ToArray();
        return Different("offers", offers.SelectMany(offer => offer.WaitingListUserIds.Select(user => user.Split('-')[0])),
                model.Offers.Select(offer => offer.User))
            ?? Different("seats offered", [$"{offers.Sum(offer => offer.AvailableSpots)}"], [$"{model.Offers.Sum(offer => offer.Seats)}"]);
    }

    // What was announced to go back did go back, and nothing goes back that was not charged.
    private static string? WrongMoney(IReadOnlyList<EventEnvelope> published)
    {
        foreach (var booking in published.Where(e => e.EventType == EventTypes.BookingCreated).Select(BookingOf))
        {
            decimal charged = Sum(EventTypes.PaymentSucceeded, booking, "amount"), refunded = Sum(EventTypes.PaymentRefunded, booking, "amount"),
            announced = Sum(EventTypes.BookingCancelled, booking, "refundAmount");
            if (refunded > charged || announced > refunded)
                return $"of {booking} {charged} was charged and {refunded} paid back, while {announced} was announced";
        }
        return null;

        decimal Sum(string eventType, string booking, string field) => published
            .Where(e => e.EventType == eventType && BookingOf(e) == booking).Sum(e => e.Data.GetProperty(field).GetDecimal());
    }

    private static string? StatusAfter(string eventType) => eventType switch
    {
        EventTypes.BookingCreated => BookingStatus.Pending,
        EventTypes.BookingConfirmed => BookingStatus.Confirmed,
        EventTypes.BookingFailed => BookingStatus.Failed,
        EventTypes.BookingCancelled => BookingStatus.Cancelled,
        EventTypes.BookingCompleted => BookingStatus.Completed,
        _ => null,
    };

    private static string BookingOf(EventEnvelope e) => e.Data.GetProperty("bookingId").GetString()!;

    private static string? Different(string what, IEnumerable<string> counted, IEnumerable<string> expected) =>
        counted.SequenceEqual(expected) ? null
            : $"{what}: the events count {string.Join(' ', counted)}; the model has {string.Join(' ', expected)}";
}
