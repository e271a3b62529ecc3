namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>What a call to the supplier came to: a value, or a reason why not. Calls do not throw for anything a supplier does.</summary>
internal sealed class SupplierAnswer<T> where T : class
{
    /// <summary>Null when it failed.</summary>
    public T? Value { get; private init; }

    /// <summary>Null when it succeeded.</summary>
    public SupplierFailure? Failure { get; private init; }

    public static implicit operator SupplierAnswer<T>(T value) => new() { Value = value };

    public static implicit operator SupplierAnswer<T>(SupplierFailure failure) => new() { Failure = failure };
}

/// <param name="Reason">One sentence for operators; holds no key and no body.</param>
/// <param name="RetryAfter">When the supplier asked for a pause: how long.</param>
internal sealed record SupplierFailure(SupplierFailureKind Kind, string Reason, TimeSpan? RetryAfter = null)
{
    /// <summary>The error by its OCTO name; null where the answer had none, or there was no answer.</summary>
    public OctoErrorCode? Error { get; init; }

    /// <summary>True where the request certainly never reached the supplier.</summary>
    public bool NeverSent { get; init; }

    /// <summary>True where a booking may have been made, changed or cancelled all the same: read it by its uuid before anything else.</summary>
    public bool MayHaveHappened { get; init; }

    /// <summary>Whether the same read may succeed if it is sent again soon.</summary>
    public bool MayPass => Kind is SupplierFailureKind.Unreachable or SupplierFailureKind.TimedOut or SupplierFailureKind.ServerError;
}

internal enum SupplierFailureKind
{
    /// <summary>No connection, or it broke before the answer was complete.</summary>
    Unreachable,

    /// <summary>No complete answer in time.</summary>
    TimedOut,

    /// <summary>The supplier asked to be called less, in one of three disguises.</summary>
    RateLimited,

    /// <summary>HTTP 5xx.</summary>
    ServerError,

    /// <summary>The key is not accepted.</summary>
    Refused,

    /// <summary>The supplier understood and said no (an OCTO error); asking again would not help.</summary>
    Rejected,

    /// <summary>The answer is not what OCTO says, or would do damage if believed.</summary>
    Unreadable,

    /// <summary>Not called: too many calls failed just before.</summary>
    CircuitOpen,
}

/// <summary>The error codes of OCTO, and those that its servers add.</summary>
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

    /// <summary>Another one; the reason has its name.</summary>
    Other,
}
