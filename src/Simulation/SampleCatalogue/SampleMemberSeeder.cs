using RealtimeTours.Bookings.Bookings;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Simulation.SampleCatalogue;

/// <summary>
/// Members with a past, for demonstrations. Only their bookings are written: completion, points and tiers follow from these by the ways of every
/// other booking.
/// </summary>
internal sealed class SampleMemberSeeder(TakenOverBookings bookings, EventFactory events)
{
    private static readonly TimeSpan LongestAgo = TimeSpan.FromDays(60);

    /// <param name="now">The latest start of a departure that has begun.</param>
    /// <param name="onSaleFrom">The earliest start of the next departure.</param>
    public async Task WriteAsync(WriteTransaction transaction, DateTimeOffset now, DateTimeOffset onSaleFrom)
    {
        foreach (var member in SampleMember.All)
            transaction.Announce(events.Create(
                EventTypes.UserRegistered, new UserRegistered(member.Id, member.Email, member.Name, member.Language)));
        foreach (var parties in SampleMember.Bookings.GroupBy(booking => (booking.Tour, booking.Departure)))
        {
            var tour = SampleTours.All.Single(tour => tour.Id == parties.Key.Tour);
            await bookings.AddAsync(
                transaction, tour.Id, StartOf(tour, parties.Key.Departure, now, onSaleFrom), tour.Capacity,
                [.. parties.Select(booking => new TakenOverParty(booking.Member, booking.Participants))]);
        }
    }

    internal static DateTimeOffset StartOf(SampleTour tour, int departure, DateTimeOffset now, DateTimeOffset onSaleFrom) => departure > 0
        ? tour.DeparturesFrom(onSaleFrom).ElementAt(departure - 1).Start
        : tour.DeparturesFrom(now - LongestAgo).TakeWhile(past => past.Start <= now).Reverse().ElementAt(-departure - 1).Start;
}
