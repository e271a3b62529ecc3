using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Modules.Loyalty;

/// <summary>What one user has. All arithmetic on points, pure; the lifetime points are never fewer than those that can be spent.</summary>
/// <param name="TotalPoints">That can be spent.</param>
/// <param name="LifetimePoints">Earned so far, spent or not: they decide the tier.</param>
/// <param name="AsOf">Of the last change. It strictly grows and is the time in the change's events: readers can tell which of two is newer.</param>
internal sealed record LoyaltyAccount(
    string UserId, string Id, int TotalPoints, int LifetimePoints, string TierName, DateTimeOffset? TierSince, DateTimeOffset AsOf)
{
    public Tier Tier => Tiers.Named(TierName);

    public static LoyaltyAccount New(string userId, DateTimeOffset now) =>
        new(userId, Ids.New("acc_"), TotalPoints: 0, LifetimePoints: 0, Tiers.Lowest.Name, now, now);

    /// <returns>And how many points it took: all, except where an account is full.</returns>
    public (LoyaltyAccount After, int Earned) Earn(long points, DateTimeOffset now)
    {
        var earned = (int)Math.Min(points, int.MaxValue - LifetimePoints);
        return (Change(TotalPoints + earned, LifetimePoints + earned, now), earned);
    }

    /// <returns>And how many points it took: fewer where some are spent, since a balance is never below 0.</returns>
    public (LoyaltyAccount After, int Taken) TakeBack(int earned, DateTimeOffset now)
    {
        var taken = Math.Min(earned, TotalPoints);
        return (Change(TotalPoints - taken, LifetimePoints - Math.Min(earned, LifetimePoints), now), taken);
    }

    /// <param name="points">At most <see cref="TotalPoints"/>.</param>
    public LoyaltyAccount Spend(int points, DateTimeOffset now) => Change(TotalPoints - points, LifetimePoints, now);

    public AccountView ToView() => new(TotalPoints, LifetimePoints, TierName, TierSince, Tier.DiscountPercentage, Tier.Perks);

    private LoyaltyAccount Change(int total, int lifetime, DateTimeOffset now)
    {
        var next = AsOf.AddMicroseconds(1);
        var asOf = Microseconds.Of(now) is var time && time > next ? time : next;
        var tier = Tiers.Of(lifetime);
        return this with
        {
            TotalPoints = total, LifetimePoints = lifetime, AsOf = asOf, TierName = tier.Name, TierSince = tier.Name == TierName ? TierSince : asOf,
        };
    }
}
