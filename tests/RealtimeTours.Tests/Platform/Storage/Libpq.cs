using System.Runtime.InteropServices;

namespace RealtimeTours.Tests.Platform.Storage;

/// <summary>PostgreSQL's own client library, which decides what an address means.</summary>
internal static class Libpq
{
    private const string Library = "libpq.so.5";
    private const int SizeOfOption = 56; // of PQconninfoOption: six pointers and an int

    /// <summary>The names of all parameters that the installed version documents.</summary>
    public static IReadOnlyList<string> Parameters() => [.. Read(ConnectionDefaults()).Select(option => option.Name)];

    /// <returns>The parameters that an address sets; null where libpq refuses it.</returns>
    public static Dictionary<string, string>? Parse(string address)
    {
        var options = Parse(address, out _);
        return options == 0 ? null
            : Read(options).Where(option => option.Value is not null).ToDictionary(option => option.Name, option => option.Value!);
    }

    private static IEnumerable<(string Name, string? Value)> Read(nint options)
    {
        for (var option = options; Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(option)) is { } name; option += SizeOfOption)
            yield return (name, Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(option, 3 * nint.Size)));
    }

    [DllImport(Library, EntryPoint = "PQconndefaults")]
    private static extern nint ConnectionDefaults();

    [DllImport(Library, EntryPoint = "PQconninfoParse")]
    private static extern nint Parse([MarshalAs(UnmanagedType.LPUTF8Str)] string address, out nint error);
}
