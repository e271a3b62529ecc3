using RealtimeTours.Modules.Users.SignIn;

namespace RealtimeTours.Tests.Modules.Users.SignIn;

/// <summary>The rule alone, with a limit of 3. Times are minutes before now; checks that are running began a second ago.</summary>
public class ThrottleDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 2, 10, 10, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(new double[0], 0, "admit")]
    [InlineData(new double[] { 1, 2 }, 0, "admit")]
    [InlineData(new double[] { 14, 2, 1 }, 0, "refuse 1")]
    [InlineData(new double[] { 1, 14, 2 }, 0, "refuse 1")]
    [InlineData(new double[] { 15, 2, 1 }, 0, "admit")] // the oldest is out of the window
    [InlineData(new double[] { 14, 13, 2, 1 }, 0, "refuse 2")] // two must go before one is let in
    [InlineData(new double[0], 2, "admit")]
    [InlineData(new double[0], 3, "wait")]
    [InlineData(new double[] { 5, 5 }, 1, "wait")]
    [InlineData(new double[] { 5, 5, 5 }, 1, "refuse 10")]
    [InlineData(new double[] { -1, -1, -1 }, 0, "refuse 16")] // another host's clock is ahead
    public void Failures_of_the_last_quarter_of_an_hour_decide(double[] minutesAgo, int running, string expected)
    {
        var attempts = new SignInAttempts(
            [.. minutesAgo.Select(minutes => Now.AddMinutes(-minutes))], [.. Enumerable.Repeat(Now.AddSeconds(-1), running)]);
        Say(ThrottleDecision.Decide(attempts, limit: 3, Now)).ShouldBe(expected);
    }

    [Fact]
    public void A_check_whose_process_died_counts_as_failed_after_half_a_minute()
    {
        var attempts = new SignInAttempts([], [.. Enumerable.Repeat(Now, 3)]);
        Say(ThrottleDecision.Decide(attempts, limit: 3, Now.AddSeconds(29))).ShouldBe("wait");
        Say(ThrottleDecision.Decide(attempts, limit: 3, Now.AddSeconds(30))).ShouldBe("refuse 14.5");
    }

    [Fact]
    public void A_right_password_takes_its_own_check_back_and_no_failure()
    {
        var begun = new SignInAttempts([Now.AddMinutes(-1)], []).Begun(Now).Begun(Now);
        var right = begun.Ended(Now, failed: false);
        (right.Failed.Count, right.Checking.Count).ShouldBe((1, 1));
        var wrong = right.Ended(Now, failed: true);
        (wrong.Failed.Count, wrong.Checking.Count).ShouldBe((2, 0));
        wrong.Ended(Now, failed: true).ShouldBe(wrong, "it was counted already");
    }

    private static string Say(ThrottleDecision decision) => decision switch
    {
        ThrottleDecision.Admit => "admit",
        ThrottleDecision.Wait => "wait",
        ThrottleDecision.Refuse refused => $"refuse {refused.RetryAfter.TotalMinutes}",
        _ => throw new InvalidOperationException(),
    };
}
