namespace RealtimeTours.Platform.Messaging.DeadLetters;

/// <summary>Dead letters in this process, or in the broker's <c>.dlq</c> queues. Listing changes nothing; concurrent calls take turns.</summary>
public interface IDeadLetters
{
    /// <returns>Zero for a consumer that has never run.</returns>
    Task<long> CountAsync(string consumer, CancellationToken cancellationToken = default);

    /// <param name="limit">How many to list, oldest first; <see cref="DeadLetterPage.Total"/> counts all.</param>
    Task<DeadLetterPage> ListAsync(string consumer, int limit, CancellationToken cancellationToken = default);

    /// <summary>Puts one back into its consumer's queue as a new message: attempt 1, no error.</summary>
    /// <returns>False if it is no longer there.</returns>
    Task<bool> RequeueAsync(string consumer, string id, CancellationToken cancellationToken = default);

    /// <returns>How many were requeued: those that are there now, without those that fail again meanwhile.</returns>
    Task<int> RequeueAllAsync(string consumer, CancellationToken cancellationToken = default);

    /// <returns>False if it is no longer there.</returns>
    Task<bool> DeleteAsync(string consumer, string id, CancellationToken cancellationToken = default);
}

/// <param name="Total">All of the consumer's dead letters, listed or not.</param>
public sealed record DeadLetterPage(string Consumer, long Total, IReadOnlyList<DeadLetterView> Letters);

/// <param name="Id">Stable. Letters with the same id are identical in every part.</param>
/// <param name="EventId">Null if the message has none that can be read.</param>
/// <param name="EventType">From the envelope, else the routing key.</param>
/// <param name="FirstFailedAt">Null if the broker dead-lettered the message itself.</param>
/// <param name="Body">The message as text, cut at <see cref="MaxBodyBytes"/>.</param>
/// <param name="Size">Of the whole message, in bytes.</param>
public sealed record DeadLetterView(
    string Id, string? EventId, string? EventType, string Reason, int Attempts, DateTimeOffset? FirstFailedAt, string Body, int Size)
{
    public const int MaxBodyBytes = 4 * 1024;
}
