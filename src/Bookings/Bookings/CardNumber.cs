namespace RealtimeTours.Bookings.Bookings;

/// <summary>Finds card numbers (ISO/IEC 7812: 13 to 19 digits with a valid Luhn sum, also with spaces or dashes), so that none is stored.</summary>
internal static class CardNumber
{
    private const int Shortest = 13;
    private const int Longest = 19;

    public static bool IsIn(string? text)
    {
        var (digits, groups) = (new List<int>(), new List<int>());
        var joined = false; // whether the character before was a digit
        foreach (var c in (text ?? "") + ".")
        {
            if (char.IsAsciiDigit(c))
            {
                if (!joined) groups.Add(digits.Count);
                digits.Add(c - '0');
                joined = true;
                continue;
            }
            joined = false;
            if (c is ' ' or '-') continue;
            if (HasNumber(digits, [.. groups, digits.Count])) return true;
            digits.Clear();
            groups.Clear();
        }
        return false;
    }

    // Other digits may stand before or after the card number, such as its expiry month.
    private static bool HasNumber(List<int> digits, int[] borders) =>
        borders.Any(start => borders.Any(end => end - start is >= Shortest and <= Longest && IsLuhn(digits, start, end - start)));

    private static bool IsLuhn(List<int> digits, int start, int length)
    {
        var (sum, zeros) = (0, true);
        for (var i = 0; i < length; i++)
        {
            var digit = digits[start + length - 1 - i];
            zeros &= digit == 0;
            sum += i % 2 == 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
        }
        return !zeros && sum % 10 == 0;
    }
}
