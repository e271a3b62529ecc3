using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Tests.Platform.Storage;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>Nobody can make a departure sold out for everybody without paying.</summary>
public abstract class HoldLimitSpecs(TestWeb web)
{
    private static readonly DateTimeOffset Soon = TestWeb.InDays(20);

    [Fact]
    public async Task Of_a_hundred_unpaid_bookings_at_once_three_are_let_in()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 50, 50));
        using var eve = web.SignedIn("eve");
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => HoldAsync(eve, tour, 1, $"crowd-{n}")));
        answers.Count(answer => answer.Status == 201).ShouldBe(3);
        answers.Where(answer => answer.Status != 201).ShouldAllBe(answer => answer.Status == 409 && answer.Code == "too_many_holds");
        (await web.SignedIn("bob").BookAsync(tour, Soon, 47)).Status.ShouldBe(201); // everybody else, and who pays at the desk
        (await HoldAsync(web.SignedIn("cleo"), tour, 1)).Code.ShouldBe("sold_out");
    }

    [Fact]
    public async Task Whoever_gives_one_up_may_hold_another_and_the_first_answer_is_repeated()
    {
        var tour = await web.AddTourAsync(cancellationDays: 30, departures: (Soon, 50, 50));
        using var mia = web.SignedIn("mia");
        var first = (await HoldAsync(mia, tour, 2, "first")).Booking;
        foreach (var _ in Enumerable.Range(0, 2)) (await HoldAsync(mia, tour, 2)).Status.ShouldBe(201);
        var refused = await HoldAsync(mia, tour, 2, "fourth");
        (refused.Status, refused.Code).ShouldBe((409, "too_many_holds"));
        (await HoldAsync(mia, tour, 2, "first")).Booking.Id.ShouldBe(first.Id);
        (await mia.BookAsync(tour, Soon, 1)).Status.ShouldBe(201); // at the desk

        (await mia.CancelAsync(first.Id)).Status.ShouldBe(200);
        (await HoldAsync(mia, tour, 2)).Status.ShouldBe(201);
        (await HoldAsync(mia, tour, 2, "fourth")).Code.ShouldBe("too_many_holds"); // that request has its answer
    }

    [Fact]
    public async Task Twenty_seats_wait_for_a_payment_at_most()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 90, 90));
        using var leo = web.SignedIn("leo");
        (await HoldAsync(leo, tour, 21)).Code.ShouldBe("too_many_holds");
        (await HoldAsync(leo, tour, 15)).Status.ShouldBe(201);
        (await HoldAsync(leo, tour, 6)).Code.ShouldBe("too_many_holds");
        (await HoldAsync(leo, tour, 5)).Status.ShouldBe(201);
    }

    [Theory]
    [InlineData(119)]
    [InlineData(1)]
    [InlineData(59)]
    [InlineData(601)]
    [InlineData(1_000_000)]
    public void The_rate_limit_lets_in_exactly_as_many_as_it_says(int perMinute)
    {
        var bucket = RateLimits.Bucket(perMinute, burst: 1);
        (bucket.TokensPerPeriod / bucket.ReplenishmentPeriod.TotalMinutes).ShouldBe(perMinute, tolerance: perMinute / 100_000.0);
        bucket.ReplenishmentPeriod.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(90)); // the limiter's timer
    }

    private static Task<Answer> HoldAsync(HttpClient client, string tourId, int participants, string? key = null) => client.BookAsync(
        new { tourId, date = Soon, participants, paymentMethod = "pm_card_never" }, key ?? Guid.NewGuid().ToString());

    public sealed class SqliteWithLimits : TestWeb
    {
        protected override IReadOnlyDictionary<string, string?> Configuration => new Dictionary<string, string?>();

        protected override Task<PlatformSettings> SettingsAsync(string folder) => Task.FromResult(TestDatabases.SqliteIn(folder));
    }

    public sealed class PostgresWithLimits : TestWeb
    {
        protected override IReadOnlyDictionary<string, string?> Configuration => new Dictionary<string, string?>();

        protected override Task<PlatformSettings> SettingsAsync(string folder) => TestDatabases.PostgresAsync(folder);
    }
}

public sealed class SqliteHoldLimitTests(HoldLimitSpecs.SqliteWithLimits web) : HoldLimitSpecs(web), IClassFixture<HoldLimitSpecs.SqliteWithLimits>;

public sealed class PostgresHoldLimitTests(HoldLimitSpecs.PostgresWithLimits web)
    : HoldLimitSpecs(web), IClassFixture<HoldLimitSpecs.PostgresWithLimits>;
