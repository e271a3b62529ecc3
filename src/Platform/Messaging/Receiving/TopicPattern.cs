namespace RealtimeTours.Platform.Messaging.Receiving;

/// <summary>A binding of an AMQP topic exchange: words with dots between, <c>*</c> is exactly one word, <c>#</c> any number or none.</summary>
internal sealed class TopicPattern(string pattern)
{
    private readonly string[] _words = pattern.Split('.');

    public bool Matches(string routingKey) => Matches(_words, routingKey.Split('.'));

    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> words)
    {
        if (pattern.IsEmpty) return words.IsEmpty;
        if (pattern[0] == "#") return Matches(pattern[1..], words) || (!words.IsEmpty && Matches(pattern, words[1..]));
        return !words.IsEmpty && (pattern[0] == "*" || pattern[0] == words[0]) && Matches(pattern[1..], words[1..]);
    }
}
