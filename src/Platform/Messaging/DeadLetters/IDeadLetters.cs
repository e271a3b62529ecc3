namespace RealtimeTours.Platform.Messaging.DeadLetters;

/// <summary>What consumers gave up on: in this process, or in the broker's <c>.dlq</c> queues. Looking changes nothing; calls at once wait for each other.</summary>
public interface IDeadLetters
{
    /// <summary>How many there are; zero for a consumer that never ran.</summary>
    Task<long> CountAsync(string consumer, CancellationToken cancellationToken = default);

    /// <summary>The oldest ones, oldest first.</summary>
    /// <param name="limit">At most this many; the others are counted in <see cref="DeadLetterPage.Total"/>.</param>
    Task<DeadLetterPage> ListAsync(string consumer, int limit, CancellationToken cancellationToken = default);

    /// <summary>Gives one back to its consumer's queue, as if it had never been tried: attempt 1, no reason.</summary>
    /// <returns>False when it is no longer there.</returns>
    Task<bool> RequeueAsync(string consumer, string id, CancellationToken cancellationToken = default);

    /// <summary>Gives all back that are there now. Those that fail again come after them and are left.</summary>
    /// <returns>How many.</returns>
    Task<int> RequeueAllAsync(string consumer, CancellationToken cancellationToken = default);

    /// <summary>Forgets one for good.</summary>
    /// <returns>False when it is no longer there.</returns>
    Task<bool> DeleteAsync(string consumer, string id, CancellationToken cancellationToken = default);
}

/// <param name="Total">All of the consumer's dead letters, listed or not.</param>
public sealed record DeadLetterPage(string Consumer, long Total, IReadOnlyList<DeadLetterView> Letters);

/// <param name="Id">Stays the same as long as the letter does. Letters with the same id are the same in every part.</param>
/// <param name="EventId">Null where the message has none that can be read.</param>
/// <param name="EventType">From the envelope, or else what it was published with.</param>
/// <param name="FirstFailedAt">Null where the broker itself gave up on it.</param>
/// <param name="Body">The message as text, cut at <see cref="MaxBodyBytes"/>.</param>
/// <param name="Size">Of the whole message, bytes.</param>
public sealed record DeadLetterView(
    string Id, string? EventId, string? EventType, string Reason, int Attempts, DateTimeOffset? FirstFailedAt, string Body, int Size)
{
    public const int MaxBodyBytes = 4 * 1024;
}
