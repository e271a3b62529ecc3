namespace RealtimeTours.Bookings.Departures;

/// <summary>What a seat is taken for.</summary>
public enum SeatUse
{
    /// <summary>A confirmed booking.</summary>
    Confirmed,

    /// <summary>A booking that waits for its payment, or somebody of the waiting list whom the seats are offered.</summary>
    Held,
}

/// <summary>
/// Where every seat of one departure is. All arithmetic of seats is here, without a database; <see cref="SeatInventory"/> reads a state, changes it and writes it back.
/// The database checks the sum once more: <c>available = capacity − confirmed − held − elsewhere</c>.
/// </summary>
/// <param name="Elsewhere">Seats that others sold, as the supplier's figures say.</param>
/// <param name="Overbooked">Seats sold, here and elsewhere together, beyond what there is. As seats come back they fill this gap first: nobody may buy them.</param>
/// <param name="ClosedByOperator">Set and taken back by the operator alone.</param>
/// <param name="ClosedBySupplier">Set and taken back by the supplier's figures alone.</param>
public sealed record DepartureSeats(
    int Capacity, int Confirmed = 0, int Held = 0, int Elsewhere = 0, int Overbooked = 0, bool ClosedByOperator = false, bool ClosedBySupplier = false)
{
    /// <summary>Seats of our own customers. The capacity is never less.</summary>
    public int SoldHere => Confirmed + Held;

    public int Available => Capacity - SoldHere - Elsewhere;

    public bool Closed => ClosedByOperator || ClosedBySupplier;

    /// <param name="count">At most <see cref="Available"/>.</param>
    public DepartureSeats Take(int count, SeatUse use) => use == SeatUse.Held ? this with { Held = Held + count } : this with { Confirmed = Confirmed + count };

    public DepartureSeats GiveBack(int count, SeatUse use)
    {
        var filled = Math.Min(count, Overbooked);
        return Take(-count, use) with { Elsewhere = Elsewhere + filled, Overbooked = Overbooked - filled };
    }

    /// <summary>A customer takes seats, first those that are held for them; of these the rest comes back.</summary>
    public DepartureSeats TakeOwn(int held, int count, SeatUse use)
    {
        var own = Math.Min(held, count);
        return Take(-own, SeatUse.Held).Take(own, use).GiveBack(held - own, SeatUse.Held).Take(count - own, use);
    }

    /// <summary>The operator states the capacity. What others sold stays sold: a capacity below all that is sold leaves no seat available.</summary>
    /// <param name="capacity">At least <see cref="SoldHere"/>.</param>
    public DepartureSeats Resize(int capacity)
    {
        var others = Elsewhere + Overbooked;
        var fitting = Math.Min(others, capacity - SoldHere);
        return this with { Capacity = capacity, Elsewhere = fitting, Overbooked = others - fitting };
    }

    /// <summary>
    /// The supplier does not know the bookings made here, so what is available is its vacancies less what we sold, from none to the capacity (decision 7).
    /// A departure that it does not sell now keeps its figures.
    /// </summary>
    public DepartureSeats Apply(SupplierFigure figure)
    {
        if (figure.Closed) return this with { ClosedBySupplier = true };
        var capacity = Math.Max(figure.Capacity ?? Capacity, SoldHere);
        var left = (figure.Vacancies ?? figure.Capacity ?? Capacity) - SoldHere;
        var available = Math.Clamp(left, 0, capacity - SoldHere);
        return this with
        {
            Capacity = capacity, Elsewhere = capacity - SoldHere - available, Overbooked = Math.Max(0, -left), ClosedBySupplier = false,
        };
    }
}

/// <summary>What a supplier says of one departure.</summary>
/// <param name="Capacity">Null where it does not say: ours stays.</param>
/// <param name="Vacancies">Null where it does not count them (FREESALE): as many as the capacity.</param>
/// <param name="Closed">It does not sell the departure now, or has none.</param>
public sealed record SupplierFigure(int? Capacity, int? Vacancies, bool Closed = false);
