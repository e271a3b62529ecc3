using System.Text.Json;
using Dapper;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Bookings.WaitingList;

/// <summary>Who waits gets returned seats before the public does, in the order they came.</summary>
public abstract class WaitingListSpecs(TestWeb web)
{
    private static readonly DateTimeOffset Soon = TestWeb.InDays(20.5);

    [Fact]
    public async Task Returned_seats_are_held_for_the_first_whose_party_fits_and_the_public_does_not_see_them()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 2));
        using var ada = web.SignedIn("ada");
        var booking = (await ada.BookAsync(tour, Soon, 2)).Booking;
        foreach (var (user, party) in new[] { ("bob", 4), ("cleo", 2), ("dora", 1) }) (await JoinAsync(user, tour, party)).Status.ShouldBe(201);
        (await ada.CancelAsync(booking.Id)).Status.ShouldBe(200);

        await Eventually.ShouldBeTrueAsync(() => Offers(tour).Length == 1);
        Offers(tour)[0].WaitingListUserIds.ShouldBe(["cleo"]);
        Offers(tour)[0].AvailableSpots.ShouldBe(2);
        web.EventsOf(tour).ShouldNotContain(e => e.EventType == EventTypes.AvailabilityRestored); // there is nothing for the public
        (await web.SignedIn("eve").BookAsync(tour, Soon, 1)).Code.ShouldBe("sold_out");
        (await JoinAsync("cleo", tour, 3)).Code.ShouldBe("seats_held");

        (await web.SignedIn("cleo").BookAsync(tour, Soon, 2)).Status.ShouldBe(201);
        (await SeatsAsync(tour)).ShouldBe((0, 2, 0));
        await web.Get<Database>().ShouldHoldAsync();
    }

    [Fact]
    public async Task What_a_party_does_not_need_goes_to_the_next()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 3));
        using var ada = web.SignedIn("ada");
        var booking = (await ada.BookAsync(tour, Soon, 3)).Booking;
        foreach (var (user, party) in new[] { ("bob", 3), ("cleo", 1) }) (await JoinAsync(user, tour, party)).Status.ShouldBe(201);
        await ada.CancelAsync(booking.Id);
        (await web.SignedIn("bob").BookAsync(tour, Soon, 1)).Status.ShouldBe(201);
        (await SeatsAsync(tour)).ShouldBe((1, 1, 1)); // one for everybody, one held for cleo
        (await web.SignedIn("cleo").BookAsync(tour, Soon, 2)).Status.ShouldBe(201); // her own and the public one
        (await SeatsAsync(tour)).ShouldBe((0, 3, 0));
        await web.Get<Database>().ShouldHoldAsync();
    }

    [Fact]
    public async Task An_offer_nobody_takes_goes_to_the_next_and_at_last_to_everybody()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 2));
        using var ada = web.SignedIn("ada");
        var booking = (await ada.BookAsync(tour, Soon, 2)).Booking;
        foreach (var user in new[] { "bob", "cleo" }) (await JoinAsync(user, tour, 2)).Status.ShouldBe(201);
        await ada.CancelAsync(booking.Id);
        foreach (var user in new[] { "bob", "cleo" })
        {
            await Eventually.ShouldBeTrueAsync(() => Offers(tour).Any(offer => offer.WaitingListUserIds.SequenceEqual([user])));
            await web.ExecuteAsync(
                "UPDATE waiting_list SET offer_expires_at = created_at WHERE tour_id = @tour AND user_id = @user", new { tour, user });
        }
        await Eventually.ShouldBeTrueAsync(async () => await SeatsAsync(tour) == (2, 0, 0));
        (await web.SignedIn("eve").BookAsync(tour, Soon, 2)).Status.ShouldBe(201);
        await web.Get<Database>().ShouldHoldAsync();
    }

    [Fact]
    public async Task Seats_an_operator_adds_are_offered_too()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 0));
        (await JoinAsync("bob", tour, 2)).Status.ShouldBe(201);
        await web.SetDepartureAsync(tour, Soon, 12);
        (await SeatsAsync(tour)).ShouldBe((1, 0, 2)); // in the same commit: nobody else could have had them
        await Eventually.ShouldBeTrueAsync(() => Offers(tour).SingleOrDefault()?.WaitingListUserIds.Single() == "bob");
    }

    [Fact]
    public async Task Who_waits_sees_the_own_place_and_then_the_offer_and_nobody_elses()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 2));
        using var ada = web.SignedIn("ada");
        var booking = (await ada.BookAsync(tour, Soon, 2)).Booking;
        foreach (var user in new[] { "bob", "cleo" }) (await JoinAsync(user, tour, 2)).Status.ShouldBe(201);
        (await EntriesAsync("bob", tour)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            entry => entry.Date.ShouldBe(Soon), entry => entry.Participants.ShouldBe(2), entry => entry.OfferExpiresAt.ShouldBeNull());
        (await EntriesAsync("ada", tour)).ShouldBeEmpty();
        (await web.SignedIn(null).GetAnswerAsync($"/api/tours/{tour}/waiting-list")).Status.ShouldBe(401);

        await ada.CancelAsync(booking.Id);
        await Eventually.ShouldBeTrueAsync(async () => (await EntriesAsync("bob", tour)).Single().OfferExpiresAt > DateTimeOffset.UtcNow);
        (await EntriesAsync("cleo", tour)).Single().OfferExpiresAt.ShouldBeNull();
        (await web.SignedIn("bob").BookAsync(tour, Soon, 2)).Status.ShouldBe(201);
        (await EntriesAsync("bob", tour)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_leaves_waits_no_more_and_seats_held_for_them_go_to_the_next_in_line()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 2));
        using var ada = web.SignedIn("ada");
        var booking = (await ada.BookAsync(tour, Soon, 2)).Booking;
        foreach (var user in new[] { "bob", "cleo", "dora" }) (await JoinAsync(user, tour, 2)).Status.ShouldBe(201);
        (await LeaveAsync("bob", tour)).ShouldBe(204);
        (await EntriesAsync("bob", tour)).ShouldBeEmpty();
        await ada.CancelAsync(booking.Id);
        await Eventually.ShouldBeTrueAsync(() => Offers(tour).SingleOrDefault()?.WaitingListUserIds.Single() == "cleo");

        (await LeaveAsync("cleo", tour)).ShouldBe(204); // with the offer in hand
        await Eventually.ShouldBeTrueAsync(() => Offers(tour).Length == 2);
        Offers(tour)[1].WaitingListUserIds.ShouldBe(["dora"]);
        web.EventsOf(tour).ShouldNotContain(e => e.EventType == EventTypes.AvailabilityRestored); // the public never saw them
        (await SeatsAsync(tour)).ShouldBe((0, 0, 2));
        (await LeaveAsync("cleo", tour)).ShouldBe(204); // again
        (await SeatsAsync(tour)).ShouldBe((0, 0, 2));

        (await LeaveAsync("dora", tour)).ShouldBe(204); // the last: they are everybody's
        (await SeatsAsync(tour)).ShouldBe((2, 0, 0));
        await Eventually.ShouldBeTrueAsync(() => web.EventsOf(tour).Any(e => e.EventType == EventTypes.AvailabilityRestored));
        (await LeaveAsync(null, tour)).ShouldBe(401);
        (await LeaveAsync("eve", tour, "?date=soon")).ShouldBe(400);
        await web.Get<Database>().ShouldHoldAsync();
    }

    [Fact]
    public async Task However_many_are_offered_seats_at_once_each_is_told_and_the_departure_goes_on()
    {
        const int Parties = 1_700;
        var tour = await web.AddTourAsync(departures: (Soon, Parties, 0));
        var longest = new string('\u0416', 120); // each letter is six bytes in JSON
        await web.Get<Database>().InTransactionAsync(async transaction =>
        {
            for (var n = 0; n < Parties; n++)
                await transaction.ExecuteAsync("""
                    INSERT INTO waiting_list (tour_id, starts_at, user_id, participants, created_at) VALUES (@tour, @Soon, @user, 1, @now)
                    """, new { tour, Soon, user = $"{longest}{n:D4}", now = DateTimeOffset.UtcNow.AddSeconds(n - Parties) });
        });
        await web.SetDepartureAsync(tour, Soon, 2 * Parties);
        (await SeatsAsync(tour)).ShouldBe((0, 0, Parties));
        await Eventually.ShouldBeTrueAsync(() => Offers(tour).Sum(offer => offer.WaitingListUserIds.Count) == Parties);
        Offers(tour).SelectMany(offer => offer.WaitingListUserIds).Distinct().Count().ShouldBe(Parties);
        Offers(tour).ShouldAllBe(offer => offer.AvailableSpots == offer.WaitingListUserIds.Count);

        await web.SetDepartureAsync(tour, Soon, 2 * Parties + 5);
        var booking = (await web.SignedIn("eve").BookAsync(tour, Soon, 5)).Booking;
        (await web.SignedIn("eve").CancelAsync(booking.Id)).Status.ShouldBe(200);
        await web.Get<Database>().ShouldHoldAsync();
    }

    [Fact]
    public async Task A_party_that_is_passed_over_sees_it_and_after_three_times_is_offered_what_there_is()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 0));
        (await JoinAsync("family", tour, 4)).Status.ShouldBe(201);
        foreach (var user in new[] { "one", "two", "three", "four" }) (await JoinAsync(user, tour, 1)).Status.ShouldBe(201);
        for (var times = 1; times <= 3; times++)
        {
            await web.SetDepartureAsync(tour, Soon, 9 + times);
            (await EntriesAsync("family", tour)).Single().ShouldSatisfyAllConditions(
                entry => entry.PassedOver.ShouldBe(times), entry => entry.OfferedSeats.ShouldBe(0));
        }
        await web.SetDepartureAsync(tour, Soon, 14); // two seats more
        (await EntriesAsync("family", tour)).Single().ShouldSatisfyAllConditions(
            entry => entry.OfferedSeats.ShouldBe(2), entry => entry.OfferExpiresAt.ShouldNotBeNull());
        (await EntriesAsync("four", tour)).Single().OfferedSeats.ShouldBe(0);
        await web.Get<Database>().ShouldHoldAsync();

        // It does not take them: it keeps its place, and the next in line gets one.
        await web.ExecuteAsync("UPDATE waiting_list SET offer_expires_at = created_at WHERE tour_id = @tour AND user_id = 'family'", new { tour });
        await Eventually.ShouldBeTrueAsync(async () => (await EntriesAsync("four", tour)).Single().OfferedSeats == 1);
        (await EntriesAsync("family", tour)).Single().ShouldSatisfyAllConditions(
            entry => entry.OfferedSeats.ShouldBe(0), entry => entry.OfferExpiresAt.ShouldBeNull());
        (await web.SignedIn("family").BookAsync(tour, Soon, 1)).Status.ShouldBe(201); // the other is everybody's
        await web.Get<Database>().ShouldHoldAsync();
    }

    private async Task<int> LeaveAsync(string? user, string tour, string? query = null) =>
        (int)(await web.SignedIn(user)
            .DeleteAsync($"/api/tours/{tour}/waiting-list{query ?? $"?date={Uri.EscapeDataString($"{Soon:O}")}"}")).StatusCode;

    private async Task<IReadOnlyList<WaitingListEntry>> EntriesAsync(string user, string tour) =>
        (await web.SignedIn(user).GetAnswerAsync($"/api/tours/{tour}/waiting-list"))
            .Data.Deserialize<OwnWaitingListEntries>(WireJson.Options)!.Entries;

    private Task<Answer> JoinAsync(string user, string tour, int participants) =>
        web.SignedIn(user).SendAsync(HttpMethod.Post, $"/api/tours/{tour}/waiting-list", new { date = Soon, participants });

    private TourSpotsAvailable[] Offers(string tour) =>
        [.. web.EventsOf(tour).Where(e => e.EventType == EventTypes.TourSpotsAvailable)
            .Select(e => e.Data.Deserialize<TourSpotsAvailable>(WireJson.EventOptions)!)];

    private async Task<(int Available, int Confirmed, int Held)> SeatsAsync(string tour)
    {
        await using var connection = await web.Get<Database>().OpenAsync();
        return await connection.QuerySingleAsync<(int, int, int)>(
            "SELECT available_spots, confirmed, held FROM departures WHERE tour_id = @tour", new { tour });
    }
}

public sealed class SqliteWaitingListTests(SqliteWeb web) : WaitingListSpecs(web), IClassFixture<SqliteWeb>;

public sealed class PostgresWaitingListTests(PostgresWeb web) : WaitingListSpecs(web), IClassFixture<PostgresWeb>;

public sealed class PgBouncerWaitingListTests(PgBouncerWeb web) : WaitingListSpecs(web), IClassFixture<PgBouncerWeb>;
