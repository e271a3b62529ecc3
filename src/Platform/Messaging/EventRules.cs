namespace RealtimeTours.Platform.Messaging;

/// <summary>The limits that every event's data keeps, whoever published it. A breach is permanent: no retry can mend the message.</summary>
public static class EventRules
{
    /// <summary>An id: 1 to <see cref="EventEnvelope.MaxIdLength"/> characters (UTF-16 units, as JavaScript counts).</summary>
    /// <param name="field">How the field is called on the wire, such as <c>data.tourId</c>.</param>
    /// <exception cref="PermanentFailureException">Names the field.</exception>
    public static string Id(string? value, string field)
    {
        if (string.IsNullOrEmpty(value)) throw new PermanentFailureException($"{field} is empty; it must have 1 to {EventEnvelope.MaxIdLength} characters.");
        if (value.Length > EventEnvelope.MaxIdLength)
            throw new PermanentFailureException($"{field} has {value.Length} characters; it must have 1 to {EventEnvelope.MaxIdLength}.");
        // No database and no terminal takes it.
        if (value.Contains('\0')) throw new PermanentFailureException($"{field} contains the character U+0000.");
        return value;
    }

    /// <summary>A number of seats: 0 to 2³¹−1 (more does not fit the field's type and fails in reading).</summary>
    /// <exception cref="PermanentFailureException">Names the field.</exception>
    public static int Seats(int value, string field) => value >= 0
        ? value
        : throw new PermanentFailureException($"{field} is {value}; seats are whole numbers from 0 to {int.MaxValue}.");

    /// <inheritdoc cref="Seats(int, string)"/>
    public static int? Seats(int? value, string field) => value is { } seats ? Seats(seats, field) : null;

    /// <summary>A version: not negative; null where the publisher has none.</summary>
    /// <exception cref="PermanentFailureException">Names the field.</exception>
    public static long? Version(long? value, string field = "data.version") => value is null or >= 0
        ? value
        : throw new PermanentFailureException($"{field} is {value}; versions are not negative.");
}
