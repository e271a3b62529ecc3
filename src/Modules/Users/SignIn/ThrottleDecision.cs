namespace RealtimeTours.Modules.Users.SignIn;

/// <summary>Whether one more password may be checked for an account, or from a client's address.</summary>
internal abstract record ThrottleDecision
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>A check that takes longer has lost its process, and counts as failed.</summary>
    public static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(30);

    private ThrottleDecision()
    {
    }

    public sealed record Admit : ThrottleDecision;

    /// <summary>Checks that are running could use up what is left: their outcome decides.</summary>
    public sealed record Wait : ThrottleDecision;

    /// <param name="RetryAfter">Until enough of the failures are out of the window.</param>
    public sealed record Refuse(TimeSpan RetryAfter) : ThrottleDecision;

    /// <param name="limit">The most failures within the window. Running checks count too, so parallel guesses check no more than this.</param>
    public static ThrottleDecision Decide(SignInAttempts attempts, int limit, DateTimeOffset now)
    {
        var recent = attempts.At(now);
        if (recent.Failed.Count >= limit) return new Refuse(recent.Failed[^limit] + Window - now);
        return recent.Failed.Count + recent.Checking.Count < limit ? new Admit() : new Wait();
    }
}

/// <summary>Recent checks by when they began.</summary>
/// <param name="Failed">Wrong passwords.</param>
/// <param name="Checking">Checks without an outcome yet.</param>
internal sealed record SignInAttempts(IReadOnlyList<DateTimeOffset> Failed, IReadOnlyList<DateTimeOffset> Checking)
{
    /// <summary>What still counts, oldest first.</summary>
    public SignInAttempts At(DateTimeOffset now)
    {
        var lost = Checking.Where(at => at <= now - ThrottleDecision.LongestCheck);
        return new SignInAttempts(
            [.. Failed.Concat(lost).Where(at => at > now - ThrottleDecision.Window).Order()],
            [.. Checking.Where(at => at > now - ThrottleDecision.LongestCheck).Order()]);
    }

    public SignInAttempts Begun(DateTimeOffset at) => this with { Checking = [.. Checking, at] };

    /// <summary>A right password leaves earlier failures: else a guesser with an account of his own could clear his address's.</summary>
    public SignInAttempts Ended(DateTimeOffset begun, bool failed)
    {
        var checking = Checking.ToList();
        // One that took too long was counted as failed meanwhile.
        if (!checking.Remove(begun)) return this;
        return new SignInAttempts(failed ? [.. Failed, begun] : Failed, checking);
    }
}
