using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>The clerk's sheet of seats: how many there are, who else sold some, and who waits.</summary>
internal sealed partial class BookingModel(int capacity)
{
    private const int MaxPassedOver = 3;
    private readonly List<Party> _line = [];
    private int _others; // seats that others sold, also beyond the capacity
    private bool _closedBySupplier;

    public sealed class Party(string user, int participants, DateTimeOffset joinedAt)
    {
        public string User => user;
        public DateTimeOffset JoinedAt => joinedAt;
        public int Participants { get; set; } = participants;
        public int PassedOver { get; set; }
        public int Offered { get; set; } // 0 while it waits
    }

    public int Capacity { get; private set; } = capacity;

    public bool ClosedByOperator { get; private set; }

    public long Version { get; private set; } = 1;

    /// <summary>Who was offered how many seats, in this order.</summary>
    public List<(string User, int Seats, int Asked)> Offers { get; } = [];

    public bool Closed => ClosedByOperator || _closedBySupplier;

    public int SoldHere => Bookings.Where(booking => booking.Lives).Sum(booking => booking.Seats) + _line.Sum(party => party.Offered);

    public int Available => Math.Max(0, Capacity - SoldHere - _others);

    public Party? Find(string user) => _line.Find(party => party.User == user);

    public string Put(int capacity, bool closed)
    {
        if (capacity < SoldHere) return $"capacity_below_sold {SoldHere}";
        Change(() => (Capacity, ClosedByOperator) = (capacity, closed));
        return BookingMachine.Done;
    }

    public void Sync(SupplierRow row)
    {
        var (capacity, others, closed) = After(row);
        Change(() => (Capacity, _others, _closedBySupplier) = (capacity, others, closed));
    }

    public bool IsChangedBy(SupplierRow row) => After(row) != (Capacity, _others, _closedBySupplier);

    public string Join(string user, int participants, DateTimeOffset? joinedAt)
    {
        if (participants > Capacity) return "party_too_large";
        if (!Closed && Available >= participants) return "seats_available";
        if (Find(user) is not { } party)
        {
            if (joinedAt is { } at) _line.Add(new Party(user, participants, at));
            return BookingMachine.Done;
        }
        if (party.Offered > 0) return "seats_held";
        party.Participants = participants; // it keeps its place
        return BookingMachine.Done;
    }

    public void Leave(string user) => Change(() => _line.RemoveAll(party => party.User == user));

    public void EndOffer(string user)
    {
        if (Find(user) is not { Offered: > 0 } party) return;
        Change(() =>
        {
            if (party.Offered == party.Participants) _line.Remove(party);
            (party.Offered, party.PassedOver) = (0, 0);
        });
    }

    public string Shown() => Shown(
        new DepartureView(default, Capacity, Available, AvailabilityStatus.Of(Available, Closed), Version),
        Bookings.Select(booking => (booking.User, booking.Seats, booking.Status, booking.Price)),
        _line.Select(party => (party.User, party.Participants, party.PassedOver, party.Offered, party.Offered > 0)));

    /// <summary>All that people see, in one line.</summary>
    public static string Shown(
        DepartureView departure, IEnumerable<(string User, int Seats, string Status, decimal Price)> bookings,
        IEnumerable<(string User, int Participants, int PassedOver, int Offered, bool HasOffer)> line) =>
        $"{departure.AvailableSpots} of {departure.Capacity} free, {departure.Status}, version {departure.Version}; "
        + string.Join(", ", bookings.Select(booking => $"{booking.User} {booking.Seats} {booking.Status} for {booking.Price:0.##}")) + "; waiting: "
        + string.Join(", ", line.OrderBy(party => party.User, StringComparer.Ordinal).Select(party =>
            $"{party.User} {party.Participants} (passed over {party.PassedOver}, {(party.HasOffer ? $"offered {party.Offered}" : "no offer")})"));

    // What the supplier has left contains our seats: others sold the rest of its capacity.
    private (int Capacity, int Others, bool Closed) After(SupplierRow row)
    {
        if (row.Status is null or "CLOSED") return (Capacity, _others, true);
        if (!row.IsReadable) return (Capacity, _others, _closedBySupplier);
        int? left = row.Status switch { "FREESALE" => null, "SOLD_OUT" => 0, _ => Math.Max(0, int.Parse(row.Vacancies!)) };
        var stated = row.Status == "FREESALE" ? (Capacity == 0 ? 100 : Capacity) : Math.Max(row.Capacity ?? Capacity, left ?? 0);
        var capacity = Math.Max(stated, SoldHere);
        return (capacity, capacity - (left ?? stated), false);
    }

    private void Change(Action what)
    {
        var (available, capacity, closed) = (Available, Capacity, Closed);
        what();
        var isFreer = !Closed && (Available > available || closed);
        var isOffered = isFreer && Offer();
        if (isOffered || (Available, Capacity, Closed) != (available, capacity, closed)) Version++;
    }

    // Whoever came first and fits; a party that was passed over too often is given what there is.
    private bool Offer()
    {
        var offered = 0;
        var line = _line.Where(party => party.Offered == 0)
            .OrderBy(party => party.JoinedAt).ThenBy(party => party.User, StringComparer.Ordinal).ToArray();
        for (var n = 0; n < line.Length; n++)
        {
            if (Available == 0) break;
            if (line[n].Participants > Available && line[n].PassedOver < MaxPassedOver) continue;
            line[n].Offered = Math.Min(line[n].Participants, Available);
            Offers.Add((line[n].User, line[n].Offered, line[n].Participants));
            offered = n;
        }
        if (line.All(party => party.Offered == 0)) return false;
        foreach (var party in line[..offered].Where(party => party.Offered == 0)) party.PassedOver = Math.Min(party.PassedOver + 1, MaxPassedOver);
        return true;
    }
}
