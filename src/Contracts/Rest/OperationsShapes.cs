namespace RealtimeTours.Contracts.Rest;

/// <param name="Id">Null or absent: all of the consumer's.</param>
public sealed record RequeueDeadLettersRequest(string Consumer, string? Id = null);

public sealed record RequeuedDeadLetters(string Consumer, int Requeued);

public sealed record DeletedDeadLetter(string Consumer, string Id);

/// <param name="Count">Null where it could not be counted just now.</param>
public sealed record DeadLetterCount(string Consumer, long? Count);
