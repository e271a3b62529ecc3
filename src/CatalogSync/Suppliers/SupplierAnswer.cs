namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>The result of a call: a value or a failure, the other one is null. Nothing a supplier does throws.</summary>
internal sealed class SupplierAnswer<T> where T : class
{
    public T? Value { get; private init; }
    public SupplierFailure? Failure { get; private init; }

    public static implicit operator SupplierAnswer<T>(T value) => new() { Value = value };

    public static implicit operator SupplierAnswer<T>(SupplierFailure failure) => new() { Failure = failure };
}

/// <param name="Reason">One sentence for operators, without the key and the body.</param>
/// <param name="RetryAfter">The pause that the supplier asked for; null where it asked for none.</param>
internal sealed record SupplierFailure(SupplierFailureKind Kind, string Reason, TimeSpan? RetryAfter = null)
{
    /// <summary>Null where the answer had no OCTO error, or there was no answer.</summary>
    public OctoErrorCode? Error { get; init; }

    /// <summary>True where the request certainly never reached the supplier.</summary>
    public bool NeverSent { get; init; }

    /// <summary>True where a booking may have changed all the same: read it by its uuid before any other call.</summary>
    public bool MayHaveHappened { get; init; }

    /// <summary>True where a question about less may be answered.</summary>
    public bool IsTooLarge { get; init; }

    /// <summary>Whether a retry of the same read may succeed.</summary>
    public bool MayPass => Kind is SupplierFailureKind.Unreachable or SupplierFailureKind.TimedOut or SupplierFailureKind.ServerError;
}

internal enum SupplierFailureKind
{
    Unreachable, // no connection, or it broke before the answer was complete
    TimedOut, // no complete answer within the timeout
    RateLimited, // the supplier asked for fewer calls, by 429, 503 or 400
    ServerError, // HTTP 5xx
    Refused, // the key is not accepted
    Rejected, // an OCTO error: a retry would not help
    Unreadable, // the answer does not follow OCTO, or would make our figures wrong
    CircuitOpen, // not called: the circuit breaker is open after too many failures
}

internal enum OctoErrorCode
{
    InvalidProductId,
    InvalidOptionId,
    InvalidUnitId,
    InvalidAvailabilityId,
    InvalidBookingUuid,
    BadRequest,
    UnprocessableEntity,
    InternalServerError,
    Unauthorized,
    Forbidden,
    NotFound,
    TooManyRequests,
    Other, // the reason has its name
}
