using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Tests.Modules.Loyalty;

public abstract class AwardPointsSpecs(LoyaltyWeb web)
{
    private readonly string _ada = Ids.New("ada-");

    [Fact]
    public async Task A_completed_tour_earns_points_and_then_a_tier_and_both_are_told_in_this_order()
    {
        var tour = LoyaltyWeb.Tour(_ada);
        await web.HappensAsync(EventTypes.TourCompleted, tour);
        await web.HappensAsync(EventTypes.TourCompleted, LoyaltyWeb.Tour(_ada)); // 660 of 500

        var (account, progress) = await web.AccountAsync(_ada);
        (account.TotalPoints, account.LifetimePoints, account.CurrentTier, account.DiscountPercentage).ShouldBe((660, 660, "silver", 5));
        (progress.NextTier, progress.PointsToNextTier).ShouldBe(("gold", 1340));
        await Eventually.ShouldBeTrueAsync(() => web.Told(_ada).Count == 3);
        var told = web.Told(_ada);
        told.Select(e => e.EventType)
            .ShouldBe([EventTypes.LoyaltyPointsEarned, EventTypes.LoyaltyPointsEarned, EventTypes.LoyaltyTierUpgraded]);
        var earned = told[0].Data.Deserialize<LoyaltyPointsEarned>(WireJson.EventOptions)!;
        earned.ShouldBe(new LoyaltyPointsEarned(
            _ada, earned.AccountId, 330, 330, "bronze", tour.BookingId, tour.TourId, tour.TourName, earned.EarnedAt));
        earned.AccountId.ShouldStartWith("acc_");
        var upgraded = told[2].Data.Deserialize<LoyaltyTierUpgraded>(WireJson.EventOptions)!;
        upgraded.ShouldBe(new LoyaltyTierUpgraded(_ada, "bronze", "silver", 660, upgraded.UpgradedAt));
        account.TierSince.ShouldBe(upgraded.UpgradedAt);

        var first = (await web.HistoryAsync(_ada))[^1];
        first.ShouldBe(new PointsTransactionView(
            first.Id, "earned", 330, "tour_completed", tour.BookingId, tour.TourId, tour.TourName, earned.EarnedAt));
    }

    [Fact]
    public async Task The_bonus_is_that_of_the_tier_before()
    {
        await web.EarnAsync(_ada, 500);
        await web.HappensAsync(EventTypes.TourCompleted, LoyaltyWeb.Tour(_ada));
        (await web.AccountAsync(_ada)).Account.TotalPoints.ShouldBe(500 + 346);
    }

    [Fact]
    public async Task A_user_who_registers_has_an_account_and_one_who_was_never_heard_of_sees_an_empty_one()
    {
        (await web.AccountAsync(_ada)).Account.ShouldSatisfyAllConditions(
            account => (account.TotalPoints, account.CurrentTier, account.TierSince).ShouldBe((0, "bronze", null)));
        (await web.CountAsync("SELECT COUNT(*) FROM loyalty_accounts WHERE user_id = @_ada", new { _ada })).ShouldBe(0, "looking stores nothing");
        await web.HappensAsync(EventTypes.UserRegistered, new UserRegistered(_ada, "ada@example.org", "Ada"));
        await web.HappensAsync(EventTypes.UserRegistered, new UserRegistered(_ada, "ada@example.org", "Ada"));
        (await web.AccountAsync(_ada)).Account.TierSince.ShouldNotBeNull();
        await web.HappensAsync(EventTypes.TourCompleted, LoyaltyWeb.Tour(_ada));
        await web.HappensAsync(EventTypes.UserRegistered, new UserRegistered(_ada, "ada@example.org", "Ada")); // late
        (await web.AccountAsync(_ada)).Account.TotalPoints.ShouldBe(330);
    }

    /// <summary>c: completed, n: nobody came, x: cancelled, X: cancelled as Americans spell it. Each letter is an event of its own.</summary>
    [Theory]
    [InlineData("c", 330, 1)]
    [InlineData("cc", 330, 1)]
    [InlineData("n", 0, 0)]
    [InlineData("nc", 0, 0)]
    [InlineData("cn", 330, 1)]
    [InlineData("cx", 0, 2)]
    [InlineData("cX", 0, 2)]
    [InlineData("xc", 0, 0)]
    [InlineData("Xc", 0, 0)]
    [InlineData("cxx", 0, 2)]
    [InlineData("cxc", 0, 2)]
    [InlineData("xcx", 0, 0)]
    [InlineData("xxc", 0, 0)]
    [InlineData("nx", 0, 0)]
    public async Task Whatever_comes_of_a_booking_in_any_order_it_earns_at_most_once(string events, int total, int told)
    {
        var tour = LoyaltyWeb.Tour(_ada);
        foreach (var one in events)
            await (one switch
            {
                'c' => web.HappensAsync(EventTypes.TourCompleted, tour),
                'n' => web.HappensAsync(EventTypes.TourCompleted, tour with { Attendance = Attendance.NoShow }),
                'X' => web.HappensAsync(EventTypes.BookingCanceled, LoyaltyWeb.Cancellation(tour)),
                _ => web.HappensAsync(EventTypes.BookingCancelled, LoyaltyWeb.Cancellation(tour)),
            });
        (await web.AccountAsync(_ada)).Account.ShouldSatisfyAllConditions(
            account => account.TotalPoints.ShouldBe(total), account => account.LifetimePoints.ShouldBe(total));
        (await web.HistoryAsync(_ada)).Sum(one => one.Points).ShouldBe(total);
        await Eventually.ShouldBeTrueAsync(() => web.Told(_ada).Count >= told);
        web.Told(_ada).Count.ShouldBe(told);
    }

    [Fact]
    public async Task A_cancelled_booking_takes_the_tier_with_it_and_says_which_is_left()
    {
        var tour = LoyaltyWeb.Tour(_ada, price: 450);
        await web.EarnAsync(_ada, 100);
        await web.HappensAsync(EventTypes.TourCompleted, tour);
        (await web.AccountAsync(_ada)).Account.CurrentTier.ShouldBe("silver");
        await web.HappensAsync(EventTypes.BookingCancelled, LoyaltyWeb.Cancellation(tour));

        (await web.AccountAsync(_ada)).Account.ShouldSatisfyAllConditions(
            account => (account.TotalPoints, account.LifetimePoints, account.CurrentTier).ShouldBe((100, 100, "bronze")));
        await Eventually.ShouldBeTrueAsync(() => web.Told(_ada).Any(e => e.EventType == EventTypes.LoyaltyPointsDeducted));
        var deducted = web.Told(_ada).Single(e => e.EventType == EventTypes.LoyaltyPointsDeducted).Data
            .Deserialize<LoyaltyPointsDeducted>(WireJson.EventOptions)!;
        deducted.ShouldBe(new LoyaltyPointsDeducted(
            _ada, deducted.AccountId, 530, 100, "bronze", DeductionReasons.BookingCancelled, deducted.DeductedAt, tour.BookingId));
    }

    [Fact]
    public async Task Fifty_tours_of_one_user_that_end_in_the_same_instant_all_count_each_with_the_tier_it_found()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => web.HappensAsync(EventTypes.TourCompleted, LoyaltyWeb.Tour(_ada))));
        var history = await web.HistoryAsync(_ada);
        history.Count.ShouldBe(50);
        var account = (await web.AccountAsync(_ada)).Account;
        (account.TotalPoints, account.LifetimePoints).ShouldBe((history.Sum(one => one.Points), account.TotalPoints));
        // 330 twice in bronze, 346 in silver until 2,000, 370 in gold until 5,000, then 410.
        history.Reverse().Select(one => one.Points).ShouldBe(
            [330, 330, .. Enumerable.Repeat(346, 4), .. Enumerable.Repeat(370, 8), .. Enumerable.Repeat(410, 36)]);
        history.Select(one => one.CreatedAt).ShouldBeUnique();
        await Eventually.ShouldBeTrueAsync(() => web.Told(_ada).Count == 53);
        web.Told(_ada).Where(e => e.EventType == EventTypes.LoyaltyTierUpgraded).Select(e => e.Data.GetProperty("newTier").GetString())
            .ShouldBe(["silver", "gold", "platinum"]);
    }

    [Fact]
    public async Task A_month_of_completed_tours_told_twice_more_changes_no_balance()
    {
        string[] users = [.. Enumerable.Range(0, 12).Select(n => $"{_ada}-{n}")];
        var month = Enumerable.Range(0, 300).Select(n => (EventId: Ids.New("evt_"), Tour: LoyaltyWeb.Tour(users[n % 12], price: 10 + n))).ToArray();
        await PublishAllAsync(month.Select(one => (one.EventId, one.Tour)));
        await Eventually.ShouldBeTrueAsync(async () => await BookingsAsync() == 300);
        var before = await BalancesAsync();
        before.ShouldAllBe(balance => balance.Total == balance.History && balance.Total > 0);

        await PublishAllAsync(month.Select(one => (one.EventId, one.Tour)));
        await PublishAllAsync(month.Select(one => (Ids.New("evt_"), one.Tour)));
        await web.Get<IEventBus>().DrainAsync(default);
        (await BalancesAsync()).ShouldBe(before);

        Task PublishAllAsync(IEnumerable<(string EventId, TourCompleted Tour)> events) =>
            Task.WhenAll(events.Select(one => web.PublishAsync(EventTypes.TourCompleted, one.Tour, one.EventId)));

        Task<long> BookingsAsync() =>
            web.CountAsync("SELECT COUNT(*) FROM loyalty_transactions WHERE user_id LIKE @like", new { like = $"{_ada}%" });

        async Task<(int Total, int History)[]> BalancesAsync() => await Task.WhenAll(users.Select(
            async user => ((await web.AccountAsync(user)).Account.TotalPoints, (await web.HistoryAsync(user)).Sum(one => one.Points))));
    }

    [Theory]
    [InlineData("totalPrice", "-1", "data.totalPrice is -1")]
    [InlineData("totalPrice", "1e20", "data.totalPrice is 100000000000000000000")]
    [InlineData("tourDuration", "1e300", "data.tourDuration is 1E+300")]
    [InlineData("tourDuration", "-0.5", "data.tourDuration is -0.5")]
    [InlineData("tourRating", "6", "data.tourRating is 6")]
    [InlineData("attendance", "\"perhaps\"", "data.attendance must be")]
    [InlineData("tourName", "\" \"", "data.tourName must have")]
    [InlineData("userId", "\"\"", "data.userId is empty")]
    [InlineData("bookingId", "null", "data.bookingId is null")]
    public async Task An_event_that_makes_no_sense_is_a_dead_letter_that_says_why_and_earns_nothing(string field, string value, string reason)
    {
        var data = JsonSerializer.SerializeToNode(LoyaltyWeb.Tour(_ada), WireJson.EventOptions)!;
        data[field] = System.Text.Json.Nodes.JsonNode.Parse(value);
        var eventId = Ids.New("evt_");
        await web.PublishAsync(EventTypes.TourCompleted, data, eventId);
        (await web.ReasonOfDeadLetterAsync(EventConsumers.Loyalty, eventId)).ShouldStartWith(reason);
        (await web.AccountAsync(_ada)).Account.TotalPoints.ShouldBe(0);
    }

    [Fact]
    public async Task Somebody_elses_cancellation_takes_nothing_back()
    {
        var tour = LoyaltyWeb.Tour(_ada);
        await web.HappensAsync(EventTypes.TourCompleted, tour);
        var eventId = Ids.New("evt_");
        await web.PublishAsync(EventTypes.BookingCancelled, LoyaltyWeb.Cancellation(tour) with { UserId = "eve" }, eventId);
        (await web.ReasonOfDeadLetterAsync(EventConsumers.Loyalty, eventId)).ShouldContain("completed by another user");
        (await web.AccountAsync(_ada)).Account.TotalPoints.ShouldBe(330);
    }
}

public sealed class SqliteAwardPointsTests(SqliteLoyaltyWeb web) : AwardPointsSpecs(web), IClassFixture<SqliteLoyaltyWeb>;

public sealed class PostgresAwardPointsTests(PostgresLoyaltyWeb web) : AwardPointsSpecs(web), IClassFixture<PostgresLoyaltyWeb>;
