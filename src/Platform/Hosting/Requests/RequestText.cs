namespace RealtimeTours.Platform.Hosting.Requests;

/// <summary>Rules for text from outside. Control characters are refused: PostgreSQL cannot store NUL, logs and events should have none.</summary>
public static class RequestText
{
    /// <summary>1 to 128 characters, none of them a control character.</summary>
    public static bool IsId(string? text) => text is { Length: > 0 and <= EventEnvelope.MaxIdLength } && !HasControl(text);

    /// <summary>1 to <paramref name="max"/> characters, not blank; of the control characters only line ends and tabs.</summary>
    public static bool IsText(string? text, int max) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= max && !text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'));

    // A plain loop, because it runs for every read of a tour.
    private static bool HasControl(string text)
    {
        foreach (var c in text)
            if (char.IsControl(c)) return true;
        return false;
    }
}
