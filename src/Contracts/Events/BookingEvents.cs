namespace RealtimeTours.Contracts.Events;

/// <summary><see cref="EventTypes.BookingCreated"/> and <see cref="EventTypes.BookingConfirmed"/>.</summary>
/// <param name="BookingDate">The start of the booked departure.</param>
/// <param name="TotalPrice">In units of <paramref name="Currency"/> (ISO 4217).</param>
public sealed record BookingPlaced(
    string BookingId, string TourId, string UserId, DateTimeOffset BookingDate, int Participants, decimal TotalPrice, string Currency) : IOfTour;

/// <summary><see cref="EventTypes.BookingCancelled"/>; consumers also take <see cref="EventTypes.BookingCanceled"/>.</summary>
public sealed record BookingCancelled(
    string BookingId, string TourId, string UserId, DateTimeOffset OriginalBookingDate, int Participants, decimal TotalPrice, string Currency,
    DateTimeOffset CanceledAt, string CancellationReason, decimal RefundAmount, string RefundStatus, int DaysBeforeTour, decimal CancellationFee)
        : IOfTour;

/// <summary><see cref="EventTypes.BookingCompleted"/>.</summary>
public sealed record BookingCompleted(string BookingId, string TourId, string UserId, DateTimeOffset CompletedAt) : IOfTour;

/// <summary><see cref="EventTypes.BookingFailed"/>: a pending booking ended without a payment; its held seats were given back.</summary>
/// <param name="Reason">For the customer.</param>
public sealed record BookingFailed(
    string BookingId, string TourId, string UserId, DateTimeOffset BookingDate, int Participants, decimal TotalPrice, string Currency,
    DateTimeOffset FailedAt, string Reason) : IOfTour;

/// <summary><see cref="EventTypes.BookingConfirmationRequested"/>.</summary>
public sealed record BookingConfirmationRequested(string BookingId) : IOfBooking;

/// <summary><see cref="EventTypes.BookingReleaseRequested"/>.</summary>
/// <param name="Reason">For the customer.</param>
public sealed record BookingReleaseRequested(string BookingId, string Reason) : IOfBooking;
