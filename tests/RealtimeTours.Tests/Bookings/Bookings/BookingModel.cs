using RealtimeTours.Contracts.Rest;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>What one clerk with a paper list would have. The real system must agree after every step.</summary>
internal sealed partial class BookingModel
{
    public const string Pays = "pm_card_visa", AnswerLost = "pm_card_timeout", Declines = "pm_card_chargeDeclined", Silent = "pm_card_never";

    private const decimal SeatPrice = 10;

    /// <summary>By whom, how many seats, paid with which card (null: at the desk, or by the voucher alone).</summary>
    public sealed record Booking(string User, int Seats, string? Card, string Status, decimal Price, int? Voucher)
    {
        public bool Lives => Status is BookingStatus.Pending or BookingStatus.Confirmed;
    }

    public List<Booking> Bookings { get; } = [];

    /// <summary>By number: whose, and how much it takes off.</summary>
    public List<(string User, decimal Amount)> Vouchers { get; } = [];

    /// <returns><see cref="BookingMachine.Done"/>, or the code of the refusal.</returns>
    public string Book(string user, int seats, string? card, int? voucher)
    {
        if (voucher is { } number)
        {
            if (Vouchers[number].User != user) return "voucher_unknown";
            if (Bookings.Any(booking => booking.Voucher == number && booking.Lives)) return "voucher_used";
        }
        var holds = Bookings.Where(booking => booking.User == user && booking.Status == BookingStatus.Pending).ToArray();
        if (card is not null && (holds.Length >= StillWeb.MaxHolds || holds.Sum(booking => booking.Seats) + seats > StillWeb.MaxHeldSeats))
            return "too_many_holds";
        if (Closed) return "closed";
        if (Available + (Find(user)?.Offered ?? 0) < seats) return Available == 0 ? "sold_out" : "not_enough_spots";
        var price = Math.Max(0, seats * SeatPrice - (voucher is { } mine ? Vouchers[mine].Amount : 0));
        if (price == 0) card = null;
        Change(() =>
        {
            _line.RemoveAll(party => party.User == user);
            Bookings.Add(new Booking(user, seats, card, card is null ? BookingStatus.Confirmed : BookingStatus.Pending, price, voucher));
        });
        return BookingMachine.Done;
    }

    public void Expire(int n) => End(n, BookingStatus.Failed, BookingStatus.Pending);

    public string Cancel(int n)
    {
        var before = Bookings[n].Status;
        End(n, BookingStatus.Cancelled, BookingStatus.Pending, BookingStatus.Confirmed);
        return before switch
        {
            BookingStatus.Cancelled => "already_cancelled", BookingStatus.Failed => "not_cancellable", _ => BookingMachine.Done,
        };
    }

    public void AnswerLate(int n) => Bookings[n] = Bookings[n] with { Card = Pays };

    /// <summary>A message arrived: a payment may have decided a pending booking.</summary>
    public void Observe(IReadOnlyList<string> statuses)
    {
        for (var n = 0; n < statuses.Count; n++)
            if (statuses[n] == Outcome(Bookings[n].Card)) End(n, statuses[n], BookingStatus.Pending);
    }

    /// <summary>All messages arrived: none waits for what its card decides.</summary>
    public void Settle()
    {
        for (var n = 0; n < Bookings.Count; n++) End(n, Outcome(Bookings[n].Card), BookingStatus.Pending);
    }

    private static string Outcome(string? card) => card switch
    {
        Declines => BookingStatus.Failed,
        Silent => BookingStatus.Pending,
        _ => BookingStatus.Confirmed,
    };

    private void End(int n, string to, params string[] from)
    {
        if (from.Contains(Bookings[n].Status)) Change(() => Bookings[n] = Bookings[n] with { Status = to });
    }
}
