using System.Net;
using System.Text.Json;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Platform.Storage;
using RealtimeTours.Tests.Servers;
using Xunit.Abstractions;

namespace RealtimeTours.Tests.Journeys;

/// <summary>From the sign-up to a booking that points made cheaper, in two real windows, on real servers. The time is the test's.</summary>
public sealed class MemberJourneyTests(MemberJourneyTests.Fixture fixture, ITestOutputHelper report) : IClassFixture<MemberJourneyTests.Fixture>
{
    private const int PointsOfSilver = 500;

    [Fact]
    public async Task Who_signs_up_books_and_travels_sees_the_points_in_both_windows_and_pays_with_them()
    {
        var system = fixture.System;
        using var visitor = new RestClient(system.Web);
        var (tour, past, next) = await TourInEurosAsync(visitor);
        var seats = (int)Math.Ceiling(PointsOfSilver / tour.Price);
        var email = $"ada-{Guid.NewGuid():N}@example.org";
        var pictures = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "pictures")).FullName;

        using var browser = NodeScript.Start(
            ["member-journey.mjs", system.Web, email, tour.Id, Text(past.Date), $"{seats}", Text(next.Date), pictures]);
        var said = await browser.StandardOutput.ReadLineAsync();
        if (said == "booked") await PassAsync(system.Servers!.Postgres, tour.Id, past.Date);
        var (exitCode, output, errors) = await FinishedProcess.OfAsync(browser);
        exitCode.ShouldBe(0, $"{said} {output} {errors}");
        report.WriteLine(output); // promised within a second: measured here, on a busy machine

        var (status, signedIn) = await visitor.PostAsync("/api/login", new { email, password = "green-tram-4711" });
        status.ShouldBe(HttpStatusCode.OK);
        visitor.Http.DefaultRequestHeaders.Authorization = new("Bearer", signedIn.GetProperty("data").GetProperty("token").GetString());
        var bookings = (await visitor.DataAsync<BookingPage>("/api/bookings")).Bookings;
        bookings.Select(booking => booking.Status).ShouldBe([BookingStatus.Confirmed, BookingStatus.Completed]);
        bookings[0].DiscountPercentage.ShouldBe(5);
        bookings[0].VoucherCode.ShouldNotBeNull();
        bookings[0].TotalPrice.ShouldBe(Math.Max(0, Math.Round(tour.Price * 0.95m, 2, MidpointRounding.AwayFromZero) - 10));
        var history = (await visitor.DataAsync<PointsHistory>("/api/loyalty/transactions")).Transactions;
        history.Select(one => one.Type).ShouldBe([PointsTransactionTypes.Redeemed, PointsTransactionTypes.Earned]);
        history[1].BookingId.ShouldBe(bookings[1].Id);
        (await visitor.DataAsync<AccountAnswer>("/api/loyalty/account")).Account.TotalPoints.ShouldBe(history.Sum(one => one.Points));
    }

    private static async Task<(TourView Tour, DepartureView Past, DepartureView Next)> TourInEurosAsync(RestClient visitor)
    {
        foreach (var one in (await visitor.ToursAsync()).Where(tour => tour.Currency == "EUR" && OurTours.Ids.Contains(tour.Id)))
        {
            var tour = await visitor.TourAsync(one.Id);
            if (tour.Departures.LastOrDefault(departure => departure.AvailableSpots * tour.Price >= PointsOfSilver) is not { } past) continue;
            if (tour.Departures.LastOrDefault(departure => departure != past && departure.AvailableSpots > 0) is { } next) return (tour, past, next);
        }
        throw new InvalidOperationException("The catalogue has no tour for this journey.");
    }

    // As if the departure had been three days ago.
    private static async Task PassAsync(string postgres, string tourId, DateTimeOffset date)
    {
        var folder = Directory.CreateTempSubdirectory("rtt-");
        await using (var storage = new StorageHost(TestDatabases.Settings(postgres, folder.FullName)))
            await storage.Database.InTransactionAsync(async transaction =>
            {
                foreach (var table in new[] { "departures", "bookings" })
                    (await transaction.ExecuteAsync(
                        $"UPDATE {table} SET starts_at = @past WHERE tour_id = @tourId AND starts_at = @date",
                        new { tourId, date, past = Microseconds.Of(DateTimeOffset.UtcNow.AddDays(-3)) })).ShouldBe(1);
            });
        folder.Delete(recursive: true);
    }

    private static string Text(DateTimeOffset date) => JsonSerializer.Serialize(date, WireJson.Options).Trim('"');

    public sealed class Fixture : IAsyncLifetime
    {
        public RunningSystem System { get; private set; } = null!;

        public async Task InitializeAsync() => System = await RunningSystem.StartDistributedAsync(await ServerSettings.OnSharedServersAsync() with
        {
            Extra = new Dictionary<string, string> { ["COMPLETION_CRON"] = "0/2 * * * * ?" },
        });

        public async Task DisposeAsync() => await System.DisposeAsync();
    }
}
