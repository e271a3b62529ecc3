using RealtimeTours.Bookings.Departures;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Bookings;

/// <summary>The party of one booking that was made before this system kept the bookings.</summary>
public sealed record TakenOverParty(string UserId, int Participants);

/// <summary>Writes a departure together with the bookings it had elsewhere, past or future: confirmed, and paid there.</summary>
public sealed class TakenOverBookings(SeatInventory inventory, EventFactory events, TimeProvider time)
{
    /// <param name="tourId">Of a tour that exists; its price is the bookings'.</param>
    /// <returns>False where the departure exists already: then nothing is written.</returns>
    public async Task<bool> AddAsync(
        WriteTransaction transaction, string tourId, DateTimeOffset startsAt, int capacity, IReadOnlyList<TakenOverParty> parties)
    {
        var now = Microseconds.Of(time.GetUtcNow());
        var seats = new DepartureSeats(capacity, Confirmed: parties.Sum(party => party.Participants));
        if (!await inventory.TryAddAsync(transaction, tourId, startsAt, seats, reason: null, now)) return false;
        foreach (var party in parties)
        {
            var booking = (await transaction.FirstOrDefaultAsync<BookingRow>($"""
                INSERT INTO bookings (id, tour_id, starts_at, user_id, participants, total_minor, currency, status, created_at, cancellation_days,
                                      cancellation_fees)
                SELECT @id, id, @startsAt, @UserId, @Participants, price_minor * @Participants, currency, @status, @now, cancellation_days,
                       cancellation_fees
                FROM tours WHERE id = @tourId
                RETURNING {BookingRow.Returned}
                """, new { id = Ids.New("bkg_"), tourId, startsAt, party.UserId, party.Participants, status = BookingStatus.Confirmed, now }))!;
            transaction.Announce(events.Create(EventTypes.BookingCreated, booking.ToPlaced()));
            transaction.Announce(events.Create(EventTypes.BookingConfirmed, booking.ToPlaced()));
        }
        return true;
    }
}
