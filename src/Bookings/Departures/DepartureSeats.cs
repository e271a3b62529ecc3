namespace RealtimeTours.Bookings.Departures;

/// <summary>Confirmed: by a confirmed booking. Held: for a booking that waits for its payment, or for a waiting-list offer.</summary>
public enum SeatUse
{
    Confirmed,
    Held,
}

/// <summary>All arithmetic on a departure's seats. Available = capacity − confirmed − held − elsewhere; the database checks it.</summary>
/// <param name="Elsewhere">Seats that others sold, derived from the supplier's figures.</param>
/// <param name="Overbooked">Seats sold here and elsewhere beyond the capacity. Seats that come back fill this gap and cannot be booked.</param>
/// <param name="ClosedByOperator">Set and cleared by the operator alone.</param>
/// <param name="ClosedBySupplier">Set and cleared by the supplier's figures alone.</param>
public sealed record DepartureSeats(
    int Capacity, int Confirmed = 0, int Held = 0, int Elsewhere = 0, int Overbooked = 0, bool ClosedByOperator = false,
    bool ClosedBySupplier = false)
{
    /// <summary>Seats of our own customers; never more than the capacity.</summary>
    public int SoldHere => Confirmed + Held;

    public int Available => Capacity - SoldHere - Elsewhere;

    public bool Closed => ClosedByOperator || ClosedBySupplier;

    /// <param name="count">At most <see cref="Available"/>.</param>
    public DepartureSeats Take(int count, SeatUse use) =>
        use == SeatUse.Held ? this with { Held = Held + count } : this with { Confirmed = Confirmed + count };

    public DepartureSeats GiveBack(int count, SeatUse use)
    {
        var filled = Math.Min(count, Overbooked);
        return Take(-count, use) with { Elsewhere = Elsewhere + filled, Overbooked = Overbooked - filled };
    }

    /// <summary>Takes a customer's seats, first those held for them by an offer; held seats that the party does not need come back.</summary>
    public DepartureSeats TakeOwn(int held, int count, SeatUse use)
    {
        var own = Math.Min(held, count);
        return Take(-own, SeatUse.Held).Take(own, use).GiveBack(held - own, SeatUse.Held).Take(count - own, use);
    }

    /// <summary>The operator sets the capacity, at least <see cref="SoldHere"/>. Seats sold elsewhere stay sold, even beyond the capacity.</summary>
    public DepartureSeats Resize(int capacity)
    {
        var others = Elsewhere + Overbooked;
        var fitting = Math.Min(others, capacity - SoldHere);
        return this with { Capacity = capacity, Elsewhere = fitting, Overbooked = others - fitting };
    }

    /// <summary>The supplier does not know our bookings: available is its vacancies less our sold seats, at least 0 (decision 7).</summary>
    public DepartureSeats Apply(SupplierFigure figure)
    {
        if (figure.Closed) return this with { ClosedBySupplier = true }; // the figures stay as they are
        // The seats it still has are there, whatever was known of the capacity before.
        var stated = Math.Max(figure.Capacity ?? Capacity, figure.Vacancies ?? 0);
        var capacity = Math.Max(stated, SoldHere);
        var left = (figure.Vacancies ?? stated) - SoldHere;
        var available = Math.Clamp(left, 0, capacity - SoldHere);
        return this with
        {
            Capacity = capacity, Elsewhere = capacity - SoldHere - available, Overbooked = Math.Max(0, -left), ClosedBySupplier = false,
        };
    }
}

/// <param name="Capacity">Null where the supplier does not state it: ours stays, or grows to its vacancies.</param>
/// <param name="Vacancies">Null where it does not count seats (OCTO's FREESALE): as many as the capacity.</param>
/// <param name="Closed">The supplier does not sell the departure now, or has none.</param>
public sealed record SupplierFigure(int? Capacity, int? Vacancies, bool Closed = false);
