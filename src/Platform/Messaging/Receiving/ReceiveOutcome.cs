namespace RealtimeTours.Platform.Messaging.Receiving;

internal abstract record ReceiveOutcome
{
    private ReceiveOutcome()
    {
    }

    public sealed record Ack : ReceiveOutcome
    {
        public static readonly Ack Instance = new();
    }

    /// <summary>It may succeed later: redeliver it after the wait, as attempt <paramref name="NextAttempt"/>.</summary>
    public sealed record Retry(TimeSpan After, int NextAttempt, string Reason) : ReceiveOutcome;

    /// <summary>It can never succeed, or its attempts are used up.</summary>
    public sealed record DeadLetter(string Reason) : ReceiveOutcome;

    /// <summary>A listener has no retries and no dead letters: the durable path delivers what it loses.</summary>
    public sealed record Drop(string Reason) : ReceiveOutcome;

    /// <summary>The host stopped during the handling: the message returns to the queue unchanged.</summary>
    public sealed record Return : ReceiveOutcome
    {
        public static readonly Return Instance = new();
    }
}
