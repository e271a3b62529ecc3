using RealtimeTours.Platform.Resilience;

namespace RealtimeTours.Tests.Platform.Resilience;

public sealed class BackoffTests
{
    private static readonly Backoff Backoff = new(First: TimeSpan.FromSeconds(2), Longest: TimeSpan.FromMinutes(1));

    [Fact]
    public void It_doubles_until_the_longest_and_stays_there_however_often_it_fails()
    {
        Enumerable.Range(0, 7).Select(failures => Backoff.After(failures).TotalSeconds).ShouldBe([2d, 4, 8, 16, 32, 60, 60]);
        Backoff.After(int.MaxValue).ShouldBe(TimeSpan.FromMinutes(1));
        Backoff.After(Backoff.Doublings - 1).ShouldBeLessThan(Backoff.Longest);
        Backoff.After(Backoff.Doublings).ShouldBe(Backoff.Longest);
    }

    [Fact]
    public void With_jitter_processes_that_failed_together_spread_over_the_second_half_of_the_wait()
    {
        var waits = Enumerable.Range(0, 1_000).Select(_ => (Backoff with { Jitter = 0.5 }).After(2).TotalSeconds).ToArray();
        waits.ShouldAllBe(wait => wait >= 4 && wait <= 8);
        (waits.Max() - waits.Min()).ShouldBeGreaterThan(3);
    }
}
