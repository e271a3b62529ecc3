using RealtimeTours.Contracts.Rest;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>What one clerk with a paper list would have. The real system must agree after every step.</summary>
internal sealed class BookingModel(int capacity)
{
    public const string Pays = "pm_card_visa", AnswerLost = "pm_card_timeout", Declines = "pm_card_chargeDeclined", Silent = "pm_card_never";

    public List<(int Seats, string Card, string Status)> Bookings { get; } = [];

    public int Available => capacity - Bookings.Where(b => b.Status is BookingStatus.Pending or BookingStatus.Confirmed).Sum(b => b.Seats);

    public bool Book(int seats, string card)
    {
        if (seats > Available) return false;
        Bookings.Add((seats, card, BookingStatus.Pending));
        return true;
    }

    public void Expire(int n) => Change(n, BookingStatus.Failed, BookingStatus.Pending);

    public void Cancel(int n) => Change(n, BookingStatus.Cancelled, BookingStatus.Pending, BookingStatus.Confirmed);

    public void AnswerLate(int n) => Bookings[n] = Bookings[n] with { Card = Pays };

    /// <summary>Some messages arrived: a payment may have decided a pending booking.</summary>
    public void Observe(int n, string status)
    {
        if (status == Outcome(Bookings[n].Card)) Change(n, status, BookingStatus.Pending);
    }

    /// <summary>All messages arrived.</summary>
    public void Settle()
    {
        for (var n = 0; n < Bookings.Count; n++) Change(n, Outcome(Bookings[n].Card), BookingStatus.Pending);
    }

    private static string Outcome(string card) => card switch
    {
        Declines => BookingStatus.Failed,
        Silent => BookingStatus.Pending,
        _ => BookingStatus.Confirmed,
    };

    private void Change(int n, string to, params string[] from)
    {
        if (from.Contains(Bookings[n].Status)) Bookings[n] = Bookings[n] with { Status = to };
    }
}
