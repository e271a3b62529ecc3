using Dapper;
using RealtimeTours.Bookings.Bookings;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Storage;
using Xunit.Abstractions;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>Seats that wait for a payment: who decides what becomes of them, and what the database itself refuses.</summary>
public abstract class HoldSpecs(TestWeb web, ITestOutputHelper output)
{
    private static readonly DateTimeOffset Soon = TestWeb.InDays(20.5);

    [Fact]
    public async Task Confirmation_expiry_and_cancellation_around_the_end_of_a_hold_have_exactly_one_winner()
    {
        const int Bookings = 60;
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var tour = await web.AddTourAsync(departures: (Soon, Bookings, Bookings));
        using var ada = web.SignedIn("ada");
        var pending = web.Get<PendingBookings>();
        Task SettleAsync(Func<WriteTransaction, string, Task> step, string id, int delay) => Task.Run(async () =>
        {
            await Task.Delay(delay); // the race itself: each contestant starts within 20 ms of the end
            await web.Get<Database>().InTransactionAsync(transaction => step(transaction, id));
        });

        for (var n = 0; n < Bookings; n++)
        {
            var id = (await ada.PayAsync(tour, Soon, 1, "pm_card_never")).Id;
            var end = web.Get<Database>().Dialect.Clock(TimeSpan.FromMilliseconds(20));
            await web.ExecuteAsync($"UPDATE bookings SET hold_expires_at = {end} WHERE id = @id", new { id });
            await Task.WhenAll(
                SettleAsync(pending.ConfirmAsync, id, random.Next(41)), SettleAsync(pending.ConfirmAsync, id, random.Next(41)),
                SettleAsync(pending.ExpireAsync, id, random.Next(41)), SettleAsync(pending.ExpireAsync, id, random.Next(41)),
                n % 3 == 0 ? Task.Delay(random.Next(41)).ContinueWith(_ => ada.CancelAsync(id)).Unwrap() : Task.CompletedTask);
        }

        await Eventually.ShouldBeTrueAsync(
            async () => await CountAsync("SELECT COUNT(*) FROM bookings WHERE tour_id = @tour AND status = 'pending'", tour) == 0);
        IGrouping<string?, EventEnvelope>[] stories = [];
        await Eventually.ShouldBeTrueAsync(
            () => (stories = [.. Settled(tour).GroupBy(e => e.Data.GetProperty("bookingId").GetString())]).Length >= Bookings);
        output.WriteLine(string.Join(", ", Settled(tour).GroupBy(e => e.EventType).Select(group => $"{group.Key} {group.Count()}")));
        stories.Length.ShouldBe(Bookings);
        // A confirmed booking may be cancelled; nothing else follows on anything.
        string[] allowed = [EventTypes.BookingConfirmed, EventTypes.BookingFailed, EventTypes.BookingCancelled,
            $"{EventTypes.BookingConfirmed} {EventTypes.BookingCancelled}"];
        foreach (var story in stories) allowed.ShouldContain(
            string.Join(' ', story.OrderBy(e => e.Timestamp).Select(e => e.EventType)), $"seed {seed}");
        (await BookingInvariants.BrokenAsync(web.Get<Database>())).Where(broken => broken.Contains("seats")).ShouldBeEmpty($"seed {seed}");
    }

    [Theory]
    [InlineData("available_spots = available_spots + 1")]
    [InlineData("held = held + 1")]
    [InlineData("confirmed = confirmed - 1")]
    [InlineData("confirmed = confirmed + 1")]
    [InlineData("held = -1, available_spots = available_spots + 1")]
    [InlineData("capacity = capacity - 1")]
    public async Task The_database_refuses_figures_that_do_not_add_up(string change)
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        await Should.ThrowAsync<Exception>(web.ExecuteAsync($"UPDATE departures SET {change} WHERE tour_id = @tour", new { tour }));
    }

    [Theory]
    [InlineData("4242424242424242")]
    [InlineData("4242 4242 4242 4242")]
    [InlineData("card 5555-5555-5555-4444 12/30")]
    [InlineData("378282246310005")]
    public async Task A_card_number_is_refused_and_kept_nowhere(string number)
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        using var ada = web.SignedIn("ada");
        var answer = await ada.BookAsync(new { tourId = tour, date = Soon, participants = 1, paymentMethod = number }, $"key-{number.GetHashCode()}");
        (answer.Status, answer.Code).ShouldBe((422, "bad_body"));
        answer.Body.ToString().ShouldNotContain(number);
        var booking = (await ada.BookAsync(tour, Soon, 1)).Booking;
        (await ada.CancelAsync(booking.Id, new { reason = $"I paid with {number}" })).Status.ShouldBe(422);
        (await CountAsync("SELECT COUNT(*) FROM idempotency_keys WHERE key LIKE 'key-%'", tour)).ShouldBe(0);
    }

    [Theory]
    [InlineData("4242424242424241", false)]
    [InlineData("pm_1NxYzK2eZvKYlo2C", false)]
    [InlineData("424242424242", false)]
    [InlineData("0000000000000000", false)]
    [InlineData("4000 0566 5566 5556", true)]
    [InlineData("6759649826438453122", false)]
    [InlineData("6304 0000 0000 0000 003", true)]
    [InlineData("30569309025904", true)]
    [InlineData("4222222222222", true)]
    public void A_card_number_is_known_by_its_length_and_its_sum(string text, bool isOne) => CardNumber.IsIn(text).ShouldBe(isOne);

    private IEnumerable<EventEnvelope> Settled(string tour) => web.EventsOf(tour).Where(e =>
        e.EventType is EventTypes.BookingConfirmed or EventTypes.BookingFailed or EventTypes.BookingCancelled);

    private async Task<long> CountAsync(string sql, string tour)
    {
        await using var connection = await web.Get<Database>().OpenAsync();
        return await connection.ExecuteScalarAsync<long>(sql, new { tour });
    }
}

public sealed class SqliteHoldTests(SqliteWeb web, ITestOutputHelper output) : HoldSpecs(web, output), IClassFixture<SqliteWeb>;

public sealed class PostgresHoldTests(PostgresWeb web, ITestOutputHelper output) : HoldSpecs(web, output), IClassFixture<PostgresWeb>;
