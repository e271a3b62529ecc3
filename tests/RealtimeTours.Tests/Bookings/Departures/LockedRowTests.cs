using Dapper;
using Npgsql;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Bookings.Departures;

/// <summary>A session of somebody else's hangs with a departure's row locked, on PostgreSQL.</summary>
public sealed class LockedRowTests(PostgresWeb web) : IClassFixture<PostgresWeb>, IAsyncLifetime
{
    private static readonly DateTimeOffset[] Days = [.. Enumerable.Range(10, 17).Select(day => TestWeb.InDays(day))];
    private NpgsqlConnection _hung = null!;
    private string _tour = "";

    private static DateTimeOffset Locked => Days[0];

    public async Task InitializeAsync()
    {
        _tour = await web.AddTourAsync(departures: [.. Days.Select(day => (day, 50, 50))]);
        _hung = (NpgsqlConnection)await web.Get<Database>().OpenAsync();
        await LockAsync();
    }

    public async Task DisposeAsync()
    {
        await _hung.ExecuteAsync("ROLLBACK");
        await _hung.DisposeAsync();
    }

    [Fact]
    public async Task Bookings_of_other_departures_do_not_wait_and_those_of_this_one_are_told_to_try_again()
    {
        using var client = web.SignedIn("crowd");
        var stuck = Enumerable.Range(0, 40).Select(n => client.BookAsync(_tour, Locked, 1, $"stuck-{n}")).ToArray();
        for (var round = 0; round < 5; round++)
            (await Task.WhenAll(Days.Skip(1).Select(day => client.BookAsync(_tour, day, 1)))).ShouldAllBe(answer => answer.Status == 201);
        stuck.ShouldAllBe(answer => !answer.IsCompleted, "the others were booked while these waited");

        foreach (var answer in await Task.WhenAll(stuck))
        {
            (answer.Status, answer.Code).ShouldBe((503, "busy"));
            answer.Message.Headers.RetryAfter.ShouldNotBeNull();
        }
        await _hung.ExecuteAsync("ROLLBACK");
        (await client.BookAsync(_tour, Locked, 1, "stuck-0")).Status.ShouldBe(201); // the key is free: nothing was done under it
    }

    [Fact]
    public async Task Callers_who_leave_are_never_booked()
    {
        using var client = web.SignedIn("crowd");
        using var leaving = new CancellationTokenSource();
        var gone = Enumerable.Range(0, 40).Select(n => client.SendAsync(Booking($"gone-{n}"), leaving.Token)).ToArray();
        await Eventually.ShouldBeTrueAsync(async () => await WaitingSessionsAsync() > 0);
        await leaving.CancelAsync();
        foreach (var call in gone) await Should.ThrowAsync<OperationCanceledException>(call);
        await _hung.ExecuteAsync("ROLLBACK");

        // Whoever is told 409 asks again: then it is not booked but tried anew.
        (await client.BookAsync(_tour, Locked, 1, "stays")).Status.ShouldBe(201);
        (await BookedAsync()).ShouldBe(1);
        await Eventually.ShouldBeTrueAsync(async () => (await client.BookAsync(_tour, Locked, 1, "gone-0")).Status == 201);
        (await BookedAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Other_holds_expire_although_this_ones_cannot()
    {
        using var client = web.SignedIn("holder");
        await ShortenHoldsAsync([await HoldAsync(client, Days[1])]); // the sweep works
        await _hung.ExecuteAsync("ROLLBACK");
        var here = await HoldAsync(client, Locked);
        await LockAsync();
        var others = new List<string>();
        foreach (var day in Days.Skip(2).Take(3)) others.Add(await HoldAsync(client, day));

        await ShortenHoldsAsync([here, .. others]);
        foreach (var id in others) await ShouldBecomeAsync(client, id, BookingStatus.Failed);
        (await client.GetAnswerAsync($"/api/bookings/{here}")).Booking.Status.ShouldBe(BookingStatus.Pending);
        await _hung.ExecuteAsync("ROLLBACK");
        await ShouldBecomeAsync(client, here, BookingStatus.Failed);
    }

    [Fact]
    public async Task A_session_of_ours_that_hangs_in_a_transaction_is_ended_by_the_server()
    {
        await using var connection = await web.Get<Database>().OpenAsync();
        await using var other = await web.Get<Database>().OpenAsync();
        (await connection.ExecuteScalarAsync<string>("SHOW idle_in_transaction_session_timeout")).ShouldBe("15s");
        (await connection.ExecuteScalarAsync<string>("SHOW lock_timeout")).ShouldBe("5s");
        var session = await connection.ExecuteScalarAsync<int>("SELECT pg_backend_pid()");
        await connection.ExecuteAsync("SET idle_in_transaction_session_timeout = '100ms'; BEGIN");
        await Eventually.ShouldBeTrueAsync(async () =>
            await other.ExecuteScalarAsync<int>("SELECT count(*) FROM pg_stat_activity WHERE pid = @session", new { session }) == 0);
        await Should.ThrowAsync<NpgsqlException>(() => connection.ExecuteAsync("SELECT 1"));
    }

    private Task LockAsync() => _hung.ExecuteAsync("""
        BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0;
        SELECT FROM departures WHERE tour_id = @_tour AND starts_at = @Locked FOR UPDATE
        """, new { _tour, Locked });

    private HttpRequestMessage Booking(string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/bookings")
        {
            Content = System.Net.Http.Json.JsonContent.Create(new { tourId = _tour, date = Locked, participants = 1 }),
        };
        request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    private async Task<string> HoldAsync(HttpClient client, DateTimeOffset date) => (await client.PayAsync(_tour, date, 1, "pm_card_never")).Id;

    private Task ShortenHoldsAsync(string[] ids) => web.ExecuteAsync(
        "UPDATE bookings SET hold_expires_at = @past WHERE id = ANY(@ids)", new { ids, past = DateTimeOffset.UtcNow.AddSeconds(-1) });

    private static Task ShouldBecomeAsync(HttpClient client, string bookingId, string status) => Eventually.ShouldBeTrueAsync(
        async () => (await client.GetAnswerAsync($"/api/bookings/{bookingId}")).Booking.Status == status);

    private async Task<long> WaitingSessionsAsync()
    {
        await using var connection = await web.Get<Database>().OpenAsync();
        return await connection.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
    }

    private async Task<long> BookedAsync()
    {
        await using var connection = await web.Get<Database>().OpenAsync();
        return await connection.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM bookings WHERE tour_id = @_tour AND starts_at = @Locked", new { _tour, Locked });
    }
}
