using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Bookings;

/// <summary>Bounds what one user can hold without paying: otherwise a few requests would make a departure sold out for everybody.</summary>
internal sealed class HoldLimit(BookingSettings settings, BookingMetrics metrics)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Turns> _turns = new(StringComparer.Ordinal);

    /// <summary>
    /// Waits until no other booking of this user runs in this process, so that each counts the one before. Of processes that run one each at the
    /// same time, each can let in one too many.
    /// </summary>
    public async Task<IDisposable> EnterAsync(string userId, CancellationToken cancellationToken)
    {
        Turns turns;
        lock (_gate)
        {
            if (!_turns.TryGetValue(userId, out turns!)) _turns[userId] = turns = new Turns();
            turns.Users++;
        }
        var turn = new Turn(this, userId, turns);
        try
        {
            await turns.One.WaitAsync(cancellationToken);
            turn.Entered = true;
            return turn;
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    /// <returns>Null where the user may hold that many seats more.</returns>
    public async Task<Refusal?> WhyNotAsync(WriteTransaction transaction, string userId, string tourId, DateTimeOffset date, int count)
    {
        var held = (await transaction.FirstOrDefaultAsync<Held>("""
            SELECT COUNT(*) AS Bookings, COALESCE(SUM(participants), 0) AS Seats,
                   COALESCE(SUM(CASE WHEN tour_id = @tourId AND starts_at = @date THEN 1 ELSE 0 END), 0) AS Here
            FROM bookings WHERE user_id = @userId AND status = 'pending'
            """, new { userId, tourId, date }))!;
        var sentence = held switch
        {
            _ when held.Bookings >= settings.MaxHolds => $"You have {held.Bookings} bookings that wait for their payment, which is the most.",
            _ when held.Here >= settings.MaxHoldsPerDeparture =>
                $"You have {held.Here} bookings of this departure that wait for their payment, which is the most.",
            _ when held.Seats + count > settings.MaxHeldSeats =>
                $"At most {settings.MaxHeldSeats} seats can wait for a payment; {held.Seats} of yours do.",
            _ => null,
        };
        if (sentence is null) return null;
        metrics.HoldRefused();
        return new Refusal(409, "too_many_holds", $"{sentence} Pay for one or give it up first.");
    }

    private sealed class Turns
    {
        public SemaphoreSlim One { get; } = new(1);
        public int Users { get; set; }
    }

    private sealed class Turn(HoldLimit limit, string userId, Turns turns) : IDisposable
    {
        public bool Entered { get; set; }

        public void Dispose()
        {
            if (Entered) turns.One.Release();
            lock (limit._gate)
                if (--turns.Users == 0) limit._turns.Remove(userId);
        }
    }

    private sealed class Held
    {
        public long Bookings { get; set; }
        public long Seats { get; set; }
        public long Here { get; set; }
    }
}
