namespace RealtimeTours.Contracts;

/// <summary>Data of an event that this system publishes after all earlier ones of the same key.</summary>
public interface IOrdered
{
    string OrderKey { get; }
}

/// <summary>In order with all events of the tour.</summary>
public interface IOfTour : IOrdered
{
    string TourId { get; }

    string IOrdered.OrderKey => TourId;
}

/// <summary>Names no tour: in order with all others of the booking that do not either.</summary>
public interface IOfBooking : IOrdered
{
    string BookingId { get; }

    string IOrdered.OrderKey => BookingId;
}
