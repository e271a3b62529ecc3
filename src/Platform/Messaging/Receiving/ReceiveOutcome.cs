using RealtimeTours.Platform.Messaging.DeadLetters;

namespace RealtimeTours.Platform.Messaging.Receiving;

/// <summary>What becomes of one delivery.</summary>
internal abstract record ReceiveOutcome
{
    private ReceiveOutcome()
    {
    }

    /// <summary>Handled: forget it.</summary>
    public sealed record Ack : ReceiveOutcome
    {
        public static readonly Ack Instance = new();
    }

    /// <summary>It may succeed later: deliver it again after the wait, as attempt <paramref name="NextAttempt"/>.</summary>
    public sealed record Retry(TimeSpan After, int NextAttempt, string Reason) : ReceiveOutcome;

    /// <summary>It can never succeed, or has used up its attempts.</summary>
    public sealed record DeadLetter(string Reason) : ReceiveOutcome;

    /// <summary>A listener has no second attempt and no dead letters: another path brings what it loses.</summary>
    public sealed record Drop(string Reason) : ReceiveOutcome;

    /// <summary>The host stopped in the middle: the message goes back as it was.</summary>
    public sealed record Return : ReceiveOutcome
    {
        public static readonly Return Instance = new();
    }
}
