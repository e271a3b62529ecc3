using RealtimeTours.CatalogSync.Suppliers;

namespace RealtimeTours.Tests.CatalogSync.Suppliers;

public class CallBudgetTests
{
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 2, 10, 10, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(60)]
    [InlineData(600)]
    public void No_minute_has_more_calls_than_allowed_and_hardly_fewer(int perMinute)
    {
        var budget = new CallBudget(perMinute, _time);
        var sent = Enumerable.Range(0, perMinute * 3).Select(_ => budget.Reserve()).ToArray();
        foreach (var start in sent)
            sent.Count(at => at >= start && at < start + TimeSpan.FromMinutes(1)).ShouldBeLessThanOrEqualTo(perMinute);
        sent.Count(at => at < TimeSpan.FromMinutes(1)).ShouldBe(perMinute);
    }

    [Fact]
    public void A_few_go_at_once_and_a_pause_saves_up_no_more_than_those()
    {
        var budget = new CallBudget(60, _time);
        for (var round = 0; round < 2; round++, _time.Advance(TimeSpan.FromHours(1)))
        {
            for (var i = 0; i < 6; i++) (budget.Wait, budget.Reserve()).ShouldBe((TimeSpan.Zero, TimeSpan.Zero));
            var wait = budget.Wait;
            wait.ShouldBeGreaterThan(TimeSpan.FromSeconds(1));
            budget.Wait.ShouldBe(wait); // looking takes no place
            budget.Reserve().ShouldBeGreaterThan(TimeSpan.FromSeconds(1));
        }
    }
}
