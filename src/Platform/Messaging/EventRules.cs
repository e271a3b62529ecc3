namespace RealtimeTours.Platform.Messaging;

/// <summary>Limits of all event data. A violation is permanent: <see cref="PermanentFailureException"/> names the field.</summary>
public static class EventRules
{
    private const long MaxVersion = (1L << 53) - 1;

    /// <summary>An id: 1 to <see cref="EventEnvelope.MaxIdLength"/> characters (UTF-16 units, as in JavaScript).</summary>
    /// <param name="field">The field's name on the wire, such as <c>data.tourId</c>.</param>
    public static string Id(string? value, string field)
    {
        if (string.IsNullOrEmpty(value))
            throw new PermanentFailureException($"{field} is empty; it must have 1 to {EventEnvelope.MaxIdLength} characters.");
        if (value.Length > EventEnvelope.MaxIdLength)
            throw new PermanentFailureException($"{field} has {value.Length} characters; it must have 1 to {EventEnvelope.MaxIdLength}.");
        // Databases and terminals do not accept it.
        if (value.Contains('\0')) throw new PermanentFailureException($"{field} contains the character U+0000.");
        return value;
    }

    /// <summary>A number of seats: 0 to 2³¹−1. A larger one does not fit the type and fails in parsing.</summary>
    public static int Seats(int value, string field) => value >= 0
        ? value
        : throw new PermanentFailureException($"{field} is {value}; seats are whole numbers from 0 to {int.MaxValue}.");

    public static int? Seats(int? value, string field) => value is { } seats ? Seats(seats, field) : null;

    /// <summary>A version: from 0 to the largest whole number that JavaScript reads exactly, 2⁵³−1; null if the publisher has none.</summary>
    public static long? Version(long? value, string field = "data.version") => value is null or (>= 0 and <= MaxVersion)
        ? value
        : throw new PermanentFailureException($"{field} is {value}; versions are whole numbers from 0 to {MaxVersion}.");
}
