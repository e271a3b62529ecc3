namespace RealtimeTours.Contracts;

/// <summary>Data of an event that the outbox publishes after all earlier events with the same key.</summary>
public interface IOrdered
{
    string OrderKey { get; }
}

/// <summary>Ordered with all other events of the tour.</summary>
public interface IOfTour : IOrdered
{
    string TourId { get; }

    string IOrdered.OrderKey => TourId;
}

/// <summary>Ordered with all other events of the user.</summary>
public interface IOfUser : IOrdered
{
    string UserId { get; }

    string IOrdered.OrderKey => UserId;
}

/// <summary>Has no tour: ordered with the other events of the booking that have none.</summary>
public interface IOfBooking : IOrdered
{
    string BookingId { get; }

    string IOrdered.OrderKey => BookingId;
}
