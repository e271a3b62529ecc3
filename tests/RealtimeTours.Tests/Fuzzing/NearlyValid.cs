using System.Text;
using System.Text.Json;

namespace RealtimeTours.Tests.Fuzzing;

/// <summary>
/// Makes inputs that are valid but for one thing: JSON with one value or field of another kind, bytes with a few broken ones, odd words for paths
/// and headers. All of it follows from the seed and the number of the case.
/// </summary>
internal sealed class NearlyValid(int seed, int number)
{
    /// <summary>JSON values that programs of others have written where another was meant.</summary>
    private static readonly string[] OddValues =
    [
        "null", "true", "0", "-1", "1.5", "3.0", "1e1", "1E-7", "-0.0", "1e400", "2147483647", "2147483648", "9007199254740993",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "79228162514264337593543950336", "\"7\"", "{}", "[]", "[[]]", "[null]",
        "[1,\"a\"]", """{"a":{"b":[]}}""", """{"\ud800":1}""",
    ];

    /// <summary>Texts as they stand between the quotes of JSON.</summary>
    private static readonly string[] OddTexts =
    [
        "", " ", "\\u0000", "a\\u0000b", "\\ud800", "\\udc00\\ud800", "\\ufeff", "\\u001e", "\\u202e", "\\n", "😀", "a/b", "../..",
        "%2e%2e%2f", "'; --", "<b>", "null", "NaN", "{0}", "a,b", "EUR ", "eur", "XXX", "İ",
    ];

    private static readonly string[] OddDates =
    [
        "2027-06-01T10:00:00Z", "2027-06-01t10:00:00z", "2027-06-01 10:00:00+02:00", "2027-06-01T10:00:00", "2027-06-01T10:00", "20270601T100000Z",
        "2027-06-01", "2027-06-01T24:00:00Z", "2027-02-29T10:00:00Z", "2027-03-28T02:30:00", "2027-10-31T02:30:00", "2027-06-01T10:00:60Z",
        "9999-12-31T23:59:60Z", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00",
        "2027-06-01T10:00:00.1234567890123Z", "2027-06-01T10:00:00,5Z", "2027-06-01T10:00:00+99:00", "+12027-06-01T10:00:00Z", "1748772000", "soon",
    ];

    private readonly Random _random = new(unchecked(seed * 31 + number));

    public int Number => number;

    public static string Nested(int levels) => string.Concat(Enumerable.Repeat("[", levels)) + new string(']', levels);

    public override string ToString() => $"case {number} of seed {seed}";

    public bool OneIn(int chances) => _random.Next(chances) == 0;

    public int UpTo(int most) => _random.Next(most + 1);

    public T One<T>(IReadOnlyList<T> of) => of[_random.Next(of.Count)];

    /// <summary>A JSON value that may stand for anything.</summary>
    public string Value() => _random.Next(12) switch
    {
        < 4 => One(OddValues),
        < 6 => $"\"{One(OddTexts)}\"",
        < 9 => $"\"{One(OddDates)}\"",
        9 => $"\"{new string('x', One([128, 129, 257, 5_000, 20_000]))}\"",
        10 => Nested(One([10, 40, 60, 61, 62, 63, 1_000])),
        _ => $"{_random.NextInt64()}",
    };

    /// <summary>A word for a path, a query or a header, of any characters: to be escaped.</summary>
    public string Word() => _random.Next(4) switch
    {
        0 => JsonSerializer.Deserialize<string>($"\"{One(OddTexts.Where(text => !text.Contains("\\ud", StringComparison.Ordinal)).ToArray())}\"")!,
        1 => One(OddDates),
        2 => One(OddValues),
        _ => new string(One(['x', '0', '9', 'é', ' ', '%']), One([1, 20, 129, 300])),
    };

    /// <summary>The same JSON with one to three of its values or fields changed, doubled, renamed, left out or added.</summary>
    public string Json(string valid)
    {
        using var document = JsonDocument.Parse(valid);
        var (text, count) = (new StringBuilder(), Count(document.RootElement));
        var changes = Enumerable.Range(0, One([1, 1, 1, 2, 3])).Select(_ => _random.Next(count)).ToHashSet();
        var place = 0;
        Write(document.RootElement, text, changes, ref place);
        return text.ToString();
    }

    /// <summary>The same text in bytes; one in four times with something wrong in them.</summary>
    public byte[] Bytes(string text) => OneIn(4) ? Damaged(text) : Encoding.UTF8.GetBytes(text);

    /// <summary>Cut off, no UTF-8, another encoding, a byte order mark, rubbish in it or after it. Not all of it is wrong.</summary>
    public byte[] Damaged(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return _random.Next(8) switch
        {
            0 => CutOff(text),
            1 => NotUtf8(text),
            2 => [.. "\uFEFF"u8, .. bytes],
            3 => Encoding.Unicode.GetBytes(text),
            4 => [.. bytes, 0],
            5 => [.. bytes, .. "}"u8],
            6 => [.. "  \r\n"u8, .. bytes, .. "\n\t"u8],
            _ => [.. bytes.Select(each => OneIn(40) ? (byte)_random.Next(256) : each)],
        };
    }

    /// <summary>At least one byte is missing at the end.</summary>
    public byte[] CutOff(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes[..UpTo(bytes.Length - 1)];
    }

    /// <summary>With a byte that no UTF-8 has.</summary>
    public byte[] NotUtf8(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text).ToList();
        bytes.Insert(UpTo(bytes.Count), One<byte>([0xff, 0xfe, 0xc0]));
        return [.. bytes];
    }

    private static int Count(JsonElement value) => 1 + value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Sum(field => Count(field.Value)),
        JsonValueKind.Array => value.EnumerateArray().Sum(Count),
        _ => 0,
    };

    private void Write(JsonElement value, StringBuilder text, HashSet<int> changes, ref int place)
    {
        var (isChanged, separator) = (changes.Contains(place++), "");
        if (value.ValueKind == JsonValueKind.Array && !(isChanged && OneIn(2)))
        {
            text.Append('[');
            foreach (var element in value.EnumerateArray())
            {
                text.Append(separator);
                Write(element, text, changes, ref place);
                separator = ",";
            }
            if (isChanged) text.Append(separator).Append(Value());
            text.Append(']');
        }
        else if (value.ValueKind == JsonValueKind.Object && !(isChanged && OneIn(4)))
        {
            text.Append('{').AppendJoin(',', Fields(value, changes, ref place, isChanged)).Append('}');
        }
        else
        {
            text.Append(isChanged ? Value() : value.GetRawText());
            place += Count(value) - 1;
        }
    }

    private List<string> Fields(JsonElement value, HashSet<int> changes, ref int place, bool isChanged)
    {
        var fields = new List<string>();
        foreach (var field in value.EnumerateObject())
        {
            var written = new StringBuilder($"{JsonSerializer.Serialize(field.Name)}:");
            Write(field.Value, written, changes, ref place);
            fields.Add(written.ToString());
        }
        if (!isChanged) return fields;
        var at = UpTo(Math.Max(0, fields.Count - 1));
        switch (_random.Next(4))
        {
            case 0 when fields.Count > 0: fields.RemoveAt(at); break;
            case 1 when fields.Count > 0: fields.Add(fields[at]); break;
            case 2 when fields.Count > 0: fields[at] = fields[at][..2].ToUpperInvariant() + fields[at][2..]; break;
            default: fields.Insert(at, $"\"{One(["unknown", "\\ud800", "\\u0000", "", "$id", "__proto__"])}\":{Value()}"); break;
        }
        return fields;
    }
}
