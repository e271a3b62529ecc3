using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Modules.Loyalty;

public abstract class RedeemRewardSpecs(LoyaltyWeb web)
{
    private const string Small = "voucher-eur-10"; // costs 300 points
    private readonly string _ada = Ids.New("ada-");

    [Fact]
    public async Task Points_become_a_voucher_once_however_often_the_request_comes()
    {
        await web.EarnAsync(_ada, 600);
        var key = Guid.NewGuid().ToString();
        var answer = await RedeemAsync(Small, key);
        answer.Status.ShouldBe(201);
        var redeemed = answer.Data.Deserialize<RedeemedReward>(WireJson.Options)!;
        redeemed.Voucher.Code.ShouldMatch("^RT(-[0-9A-HJKMNP-TV-Z]{4}){3}$");
        (redeemed.Voucher.Amount, redeemed.Voucher.Currency).ShouldBe((10, "EUR"));
        redeemed.Voucher.ExpiresAt.ShouldBeInRange(TestWeb.InDays(364.9), TestWeb.InDays(365.1));
        (redeemed.Account.TotalPoints, redeemed.Account.LifetimePoints, redeemed.Account.CurrentTier).ShouldBe((300, 600, "silver"));

        var again = await RedeemAsync(Small, key);
        (again.Status, again.Body.ToString()).ShouldBe((201, answer.Body.ToString()));
        again.Message.Headers.GetValues(IdempotentRequest.ReplayedHeader).ShouldBe(["true"]);
        (await RedeemAsync("voucher-eur-25", key)).Code.ShouldBe("idempotency_key_reused");
        (await web.AccountAsync(_ada)).Account.TotalPoints.ShouldBe(300);
        (await web.HistoryAsync(_ada)).Select(one => (one.Type, one.Points, one.Reason))
            .ShouldBe([("redeemed", -300, "reward_redeemed"), ("earned", 600, "tour_completed")]);

        await Eventually.ShouldBeTrueAsync(() => web.Told(_ada).Any(e => e.EventType == EventTypes.LoyaltyRewardRedeemed));
        var told = web.Told(_ada).Single(e => e.EventType == EventTypes.LoyaltyRewardRedeemed).Data
            .Deserialize<LoyaltyRewardRedeemed>(WireJson.EventOptions)!;
        told.ShouldBe(new LoyaltyRewardRedeemed(
            _ada, Small, 300, 300, told.RedeemedAt, redeemed.Voucher.Code, 10, "EUR", redeemed.Voucher.ExpiresAt));
    }

    [Fact]
    public async Task What_costs_more_than_there_is_or_does_not_exist_is_refused()
    {
        await web.EarnAsync(_ada, 299);
        var refused = await RedeemAsync(Small);
        (refused.Status, refused.Code).ShouldBe((409, "not_enough_points"));
        refused.Body.GetProperty("error").GetString().ShouldBe("This reward costs 300 points; you have 299.");
        foreach (var id in new[] { "nothing", new string('x', 200), "a%0Ab" })
            ((await RedeemAsync(id)) is var answer ? (answer.Status, answer.Code) : default).ShouldBe((404, "no_such_reward"), id);
        (await RedeemAsync(Small, key: null)).Code.ShouldBe("idempotency_key_missing");
        (await RedeemAsync(Small, key: new string('k', 256))).Code.ShouldBe("idempotency_key_bad");
    }

    [Fact]
    public async Task A_reward_that_an_operator_has_withdrawn_is_neither_listed_nor_redeemed()
    {
        await web.EarnAsync(_ada, 2_000);
        await web.ExecuteAsync("""
            INSERT INTO loyalty_rewards (id, name, description, points_cost, amount_minor, currency, valid_days, offered)
            VALUES (@_ada, 'n', 'd', 1, 500, 'JPY', 1, TRUE)
            """, new { _ada });
        using var ada = web.SignedIn(_ada);
        (await ListedAsync()).Single(reward => reward.Id == _ada).Amount.ShouldBe(500); // yen have no decimals
        (await RedeemAsync(_ada)).Data.Deserialize<RedeemedReward>(WireJson.Options)!.Voucher.Amount.ShouldBe(500);
        await web.ExecuteAsync("UPDATE loyalty_rewards SET offered = FALSE WHERE id = @_ada", new { _ada });
        (await ListedAsync()).ShouldNotContain(reward => reward.Id == _ada);
        (await RedeemAsync(_ada)).Code.ShouldBe("no_such_reward");

        async Task<IReadOnlyList<RewardView>> ListedAsync() =>
            (await ada.GetAnswerAsync("/api/loyalty/rewards")).Data.Deserialize<RewardList>(WireJson.Options)!.Rewards;
    }

    [Fact]
    public async Task Of_requests_at_the_same_time_as_many_succeed_as_the_points_are_good_for()
    {
        await web.EarnAsync(_ada, 899);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RedeemAsync(Small)));
        answers.Count(answer => answer.Status == 201).ShouldBe(2);
        answers.Where(answer => answer.Status != 201).ShouldAllBe(answer => answer.Code == "not_enough_points");
        (await web.AccountAsync(_ada)).Account.TotalPoints.ShouldBe(299);
    }

    [Fact]
    public async Task Redeeming_while_points_come_in_loses_none()
    {
        await web.EarnAsync(_ada, 3_000);
        var earning = Task.WhenAll(Enumerable.Range(0, 30).Select(_ => web.EarnAsync(_ada, 100)));
        var redeeming = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => RedeemAsync(Small)));
        await earning;
        redeeming.ShouldAllBe(answer => answer.Status == 201);
        var account = (await web.AccountAsync(_ada)).Account;
        (account.TotalPoints, account.LifetimePoints).ShouldBe((3_000 + 3_000 - 3_000, 6_000));
        (await web.HistoryAsync(_ada)).Sum(one => one.Points).ShouldBe(3_000);
    }

    [Fact]
    public async Task Points_that_are_spent_cannot_be_taken_back_and_the_cancellation_is_told_all_the_same()
    {
        var tour = LoyaltyWeb.Tour(_ada);
        await web.HappensAsync(EventTypes.TourCompleted, tour);
        (await RedeemAsync(Small)).Status.ShouldBe(201);
        await web.HappensAsync(EventTypes.BookingCancelled, LoyaltyWeb.Cancellation(tour));
        (await web.AccountAsync(_ada)).Account.ShouldSatisfyAllConditions(
            account => (account.TotalPoints, account.LifetimePoints).ShouldBe((0, 0)));
        (await web.HistoryAsync(_ada)).Select(one => one.Points).ShouldBe([-30, -300, 330]);

        // All are spent: nothing is left to take, but the tier may have changed.
        var other = LoyaltyWeb.Tour(_ada, price: 220);
        await web.HappensAsync(EventTypes.TourCompleted, other);
        (await RedeemAsync(Small)).Status.ShouldBe(201);
        await web.HappensAsync(EventTypes.BookingCancelled, LoyaltyWeb.Cancellation(other));
        (await web.HistoryAsync(_ada)).Count.ShouldBe(5);
        await Eventually.ShouldBeTrueAsync(() => web.Told(_ada).Count(e => e.EventType == EventTypes.LoyaltyPointsDeducted) == 2);
        web.Told(_ada).Where(e => e.EventType == EventTypes.LoyaltyPointsDeducted).Select(e => e.Data.GetProperty("points").GetInt32())
            .ShouldBe([30, 0]);
    }

    [Fact]
    public async Task History_and_vouchers_come_newest_first_page_by_page()
    {
        await web.EarnAsync(_ada, 1_500);
        var codes = new List<string>();
        for (var n = 0; n < 5; n++)
            codes.Insert(0, (await RedeemAsync(Small)).Data.Deserialize<RedeemedReward>(WireJson.Options)!.Voucher.Code);
        using var ada = web.SignedIn(_ada);
        (await PagesAsync<VoucherList, string>("vouchers", page => page.Vouchers.Select(voucher => voucher.Code), page => page.Cursor))
            .ShouldBe(codes);
        (await PagesAsync<PointsHistory, int>("transactions", page => page.Transactions.Select(one => one.Points), page => page.Cursor))
            .ShouldBe([-300, -300, -300, -300, -300, 1_500]);
        (await ada.GetAnswerAsync("/api/loyalty/transactions?limit=x")).Code.ShouldBe("bad_limit");
        (await ada.GetAnswerAsync("/api/loyalty/vouchers?cursor=a%00")).Code.ShouldBe("bad_cursor");

        async Task<IReadOnlyList<TItem>> PagesAsync<TPage, TItem>(string path, Func<TPage, IEnumerable<TItem>> items, Func<TPage, string?> next)
        {
            var seen = new List<TItem>();
            for (string? cursor = ""; cursor is not null;)
            {
                var page = (await ada.GetAnswerAsync($"/api/loyalty/{path}?limit=2&cursor={cursor}")).Data.Deserialize<TPage>(WireJson.Options)!;
                seen.AddRange(items(page));
                cursor = next(page);
            }
            return seen;
        }
    }

    private Task<Answer> RedeemAsync(string reward) => RedeemAsync(reward, Guid.NewGuid().ToString());

    private async Task<Answer> RedeemAsync(string reward, string? key)
    {
        using var ada = web.SignedIn(_ada);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/loyalty/rewards/{reward}/redeem");
        if (key is not null) request.Headers.Add(IdempotentRequest.Header, key);
        return await Answer.ReadAsync(await ada.SendAsync(request));
    }
}

public sealed class SqliteRedeemRewardTests(SqliteLoyaltyWeb web) : RedeemRewardSpecs(web), IClassFixture<SqliteLoyaltyWeb>;

public sealed class PostgresRedeemRewardTests(PostgresLoyaltyWeb web) : RedeemRewardSpecs(web), IClassFixture<PostgresLoyaltyWeb>;
