namespace RealtimeTours.Platform.Hosting.Requests;

/// <summary>What text from outside may be. Control characters never: PostgreSQL cannot store NUL, and logs and events should not carry the others.</summary>
public static class RequestText
{
    /// <summary>1 to 128 characters, none of them a control character.</summary>
    public static bool IsId(string? text) => text is { Length: > 0 and <= EventEnvelope.MaxIdLength } && !HasControl(text);

    /// <summary>1 to <paramref name="max"/> characters, not blank, no control characters but line ends and tabs.</summary>
    public static bool IsText(string? text, int max) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= max && !text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'));

    // Every read of a tour passes here.
    private static bool HasControl(string text)
    {
        foreach (var c in text)
            if (char.IsControl(c)) return true;
        return false;
    }
}
