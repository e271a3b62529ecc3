using RealtimeTours.Bookings.Departures;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Bookings.Departures;

/// <summary>What operators, suppliers and customers may do to the seats of one departure, through REST and the statements of the sync.</summary>
public abstract class SeatInventorySpecs(TestWeb web)
{
    private static readonly DateTimeOffset Soon = TestWeb.InDays(20);

    [Fact]
    public async Task The_sync_does_not_open_what_the_operator_closed_nor_the_operator_what_the_supplier_closed()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 20, 20));
        await web.SetDepartureAsync(tour, Soon, 20, closed: true);
        await SupplierSaysAsync(tour, new OctoAvailability("a", Soon, 7, 20, Closed: false));
        (await DepartureAsync(tour)).ShouldBe((AvailabilityStatus.Closed, 7, 20));
        using var ada = web.SignedIn("ada");
        (await ada.BookAsync(tour, Soon, 1)).Code.ShouldBe("closed");

        await SupplierSaysAsync(tour); // no such departure there
        await web.SetDepartureAsync(tour, Soon, 20, closed: false);
        (await DepartureAsync(tour)).Status.ShouldBe(AvailabilityStatus.Closed);
        await SupplierSaysAsync(tour, new OctoAvailability("a", Soon, 7, 20, Closed: false));
        (await DepartureAsync(tour)).ShouldBe((AvailabilityStatus.Available, 7, 20));
        (await ada.BookAsync(tour, Soon, 1)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_capacity_below_what_we_sold_is_refused_with_the_number_whatever_the_supplier_says()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 20, 20));
        using var ada = web.SignedIn("ada");
        (await ada.BookAsync(tour, Soon, 6)).Status.ShouldBe(201);
        await ada.PayAsync(tour, Soon, 2, "pm_card_never");

        // The supplier has a smaller bus: what is sold stays sold, and the capacity does not fall below it.
        await SupplierSaysAsync(tour, new OctoAvailability("a", Soon, 5, 5, Closed: false));
        (await DepartureAsync(tour)).ShouldBe((AvailabilityStatus.SoldOut, 0, 8));
        await RefusedAsync(7, sold: 8);

        // Others have bought all there was: these are not our seats.
        await SupplierSaysAsync(tour, new OctoAvailability("a", Soon, 0, 20, Closed: false));
        await RefusedAsync(7, sold: 8);
        await web.SetDepartureAsync(tour, Soon, 8);
        (await DepartureAsync(tour)).ShouldBe((AvailabilityStatus.SoldOut, 0, 8));

        async Task RefusedAsync(int capacity, int sold)
        {
            using var olga = web.SignedIn("olga", "operator");
            var tooSmall = await olga.SendAsync(HttpMethod.Put, $"/api/tours/{tour}", new SaveTourRequest(
                "Tour", "Lisbon", "walk", 2, 10, "EUR", Departures: [new SaveDepartureRequest(Soon, capacity)]));
            (tooSmall.Status, tooSmall.Code, tooSmall.Body.GetProperty("sold").GetInt32()).ShouldBe((422, "capacity_below_sold", sold));
        }
    }

    [Fact]
    public async Task Seats_that_come_back_to_an_overbooked_departure_are_not_sold_again()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 20, 20));
        using var ada = web.SignedIn("ada");
        var bookings = new List<BookingView>();
        for (var n = 0; n < 4; n++) bookings.Add((await ada.BookAsync(tour, Soon, 2)).Booking);
        await SupplierSaysAsync(tour, new OctoAvailability("a", Soon, 5, 20, Closed: false)); // we sold 8 of the last 5
        foreach (var (booking, left) in bookings.Zip([0, 1, 3]))
        {
            (await ada.CancelAsync(booking.Id)).Status.ShouldBe(200);
            (await DepartureAsync(tour)).Seats.ShouldBe(left);
        }
    }

    [Fact]
    public async Task A_customer_to_whom_seats_are_offered_gets_them_where_the_departure_is_overbooked_meanwhile()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 4, 4));
        using var ada = web.SignedIn("ada");
        using var bob = web.SignedIn("bob");
        var booking = (await ada.BookAsync(tour, Soon, 4)).Booking;
        (await bob.SendAsync(HttpMethod.Post, $"/api/tours/{tour}/waiting-list", new { date = Soon, participants = 3 })).Status.ShouldBe(201);
        (await ada.CancelAsync(booking.Id)).Status.ShouldBe(200); // three are Bob's now
        await SupplierSaysAsync(tour, new OctoAvailability("a", Soon, 1, 4, Closed: false));
        (await DepartureAsync(tour)).Seats.ShouldBe(0);
        (await bob.BookAsync(tour, Soon, 3)).Status.ShouldBe(201);
        (await DepartureAsync(tour)).Seats.ShouldBe(0);
    }

    [Fact]
    public async Task A_booking_is_cancelled_on_the_terms_on_which_it_was_made()
    {
        var tour = await web.AddTourAsync(cancellationDays: 2, departures: (Soon, 9, 9));
        using var ada = web.SignedIn("ada");
        var booking = await ada.PayAsync(tour, Soon, 2, "pm_card_visa");
        await Eventually.ShouldBeTrueAsync(
            async () => (await ada.GetAnswerAsync($"/api/bookings/{booking.Id}")).Booking.Status == BookingStatus.Confirmed);
        using var olga = web.SignedIn("olga", "operator");
        (await olga.SendAsync(HttpMethod.Put, $"/api/tours/{tour}", new SaveTourRequest(
            "Tour", "Lisbon", "walk", 2, 99, "EUR", CancellationDays: 365, CancellationFees: [new CancellationFee(100, 80)]))).Status.ShouldBe(200);

        (await ada.BookAsync(tour, Soon, 1)).Booking.ShouldSatisfyAllConditions(
            later => later.TotalPrice.ShouldBe(99), later => ada.CancelAsync(later.Id).GetAwaiter().GetResult().Code.ShouldBe("past_deadline"));
        var cancelled = await ada.CancelAsync(booking.Id);
        cancelled.Status.ShouldBe(200);
        (cancelled.Data.GetProperty("refundAmount").GetDecimal(), cancelled.Data.GetProperty("cancellationFee").GetDecimal()).ShouldBe((25m, 0m));
    }

    private async Task<(string Status, int Seats, int Capacity)> DepartureAsync(string tour)
    {
        var departure = (await web.SignedIn(null).GetAnswerAsync($"/api/tours/{tour}")).Data.GetProperty("tour").GetProperty("departures")[0];
        return (departure.GetProperty("status").GetString()!, departure.GetProperty("availableSpots").GetInt32(),
            departure.GetProperty("capacity").GetInt32());
    }

    // What the sync does with an answer: decide on what was read, write under the lock.
    private async Task SupplierSaysAsync(string tour, params OctoAvailability[] answer)
    {
        var (inventory, database) = (web.Get<SeatInventory>(), web.Get<Database>());
        await using var connection = await database.OpenAsync();
        var asked = await inventory.ReadAsync(connection, tour, DateTimeOffset.UtcNow, default);
        await database.InTransactionAsync(transaction =>
            inventory.ApplyAsync(transaction, tour, ApplySupplierFigures.Decide(asked, new OctoAvailabilities(answer, [])), DateTimeOffset.UtcNow));
    }
}

public sealed class SqliteSeatInventoryTests(SqliteWeb web) : SeatInventorySpecs(web), IClassFixture<SqliteWeb>;

public sealed class PostgresSeatInventoryTests(PostgresWeb web) : SeatInventorySpecs(web), IClassFixture<PostgresWeb>;
