using System.Text.Json;

namespace RealtimeTours.LoadTest;

/// <summary>The tours of a run, and how their names are found again in the bytes of a message.</summary>
internal sealed class TourNames
{
    private readonly string[] _names;
    private readonly Dictionary<ulong, int> _indexes = [];

    private TourNames(IEnumerable<string> names)
    {
        _names = [.. names];
        for (var index = 0; index < _names.Length; index++) _indexes.Add(Hash(JsonEncodedText.Encode(_names[index]).EncodedUtf8Bytes), index);
    }

    public int Count => _names.Length;

    public string this[int index] => _names[index];

    public static TourNames Numbered(string prefix, int count) => new(Enumerable.Range(0, count).Select(index => $"{prefix}{index}"));

    public static TourNames Given(IEnumerable<string> names) => new(names.Distinct());

    /// <returns>-1 for a tour that is not of this run.</returns>
    public int IndexOf(ReadOnlySpan<byte> encodedName) => _indexes.GetValueOrDefault(Hash(encodedName), -1);

    /// <summary>FNV-1a: with 64 bits, names of one run do not collide in practice, and where two did the constructor would throw.</summary>
    public static ulong Hash(ReadOnlySpan<byte> bytes, ulong seed = 14_695_981_039_346_656_037)
    {
        foreach (var value in bytes) seed = (seed ^ value) * 1_099_511_628_211;
        return seed;
    }
}
