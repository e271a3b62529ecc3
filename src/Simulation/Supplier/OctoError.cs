namespace RealtimeTours.Simulation.Supplier;

/// <summary>An OCTO error answer: HTTP 400 with <c>error</c>, <c>errorMessage</c> and, for a wrong id, the id under its own name.</summary>
internal sealed class OctoError(string code, string message, string? idName = null, string? id = null, int status = 400) : Exception(message)
{
    public int Status => status;

    public Dictionary<string, object?> Body
    {
        get
        {
            var body = new Dictionary<string, object?> { ["error"] = code, ["errorMessage"] = Message };
            if (idName is not null) body[idName] = id;
            return body;
        }
    }

    public static OctoError InvalidProduct(string? id) =>
        new("INVALID_PRODUCT_ID", "The productId was missing or invalid", "productId", id);

    public static OctoError InvalidOption(string? id) =>
        new("INVALID_OPTION_ID", "The optionId was missing or invalid", "optionId", id);

    public static OctoError InvalidUnit(string? id) =>
        new("INVALID_UNIT_ID", "The unitId was missing or invalid", "unitId", id);

    public static OctoError InvalidAvailability(string? id) =>
        new("INVALID_AVAILABILITY_ID", "The availabilityId was missing or invalid", "availabilityId", id);

    public static OctoError InvalidBooking(string? uuid) =>
        new("INVALID_BOOKING_UUID", "The booking uuid was already used, missing or invalid", "uuid", uuid);

    public static OctoError BadRequest(string message) => new("BAD_REQUEST", message);

    public static OctoError Unprocessable(string message) => new("UNPROCESSABLE_ENTITY", message);

    public static OctoError Unauthorized() =>
        new("UNAUTHORIZED", "You didn't send the API Key in the Authorization header to an endpoint that requires authentication");

    public static OctoError Forbidden() =>
        new("FORBIDDEN", "You sent an API Key that was invalid or has been revoked by the backend system");

    public static OctoError Internal() =>
        new("INTERNAL_SERVER_ERROR", "There was an un-recoverable error, please try again", status: 500);
}
