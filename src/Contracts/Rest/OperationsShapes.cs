namespace RealtimeTours.Contracts.Rest;

/// <param name="Id">One dead letter; null or absent for all of the consumer's.</param>
public sealed record RequeueDeadLettersRequest(string Consumer, string? Id = null);

public sealed record RequeuedDeadLetters(string Consumer, int Requeued);

public sealed record DeletedDeadLetter(string Consumer, string Id);

/// <param name="Count">Null if the last count failed.</param>
public sealed record DeadLetterCount(string Consumer, long? Count);
