using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace RealtimeTours.Platform.Storage.Schema;

/// <param name="Number">The order: the digits at the start of the file name.</param>
/// <param name="Checksum">SHA-256 of the text (line ends do not count), so that an applied script cannot change unnoticed.</param>
internal sealed record SchemaScript(int Number, string Name, string Sql, string Checksum)
{
    private const string OutsideMark = "-- outside a transaction";

    /// <summary>One statement such as CREATE INDEX CONCURRENTLY, with IF NOT EXISTS: it runs twice if the process dies right after it.</summary>
    public bool IsOutsideTransaction => Sql.StartsWith(OutsideMark, StringComparison.Ordinal);

    public static SchemaScript Of(string name, string sql)
    {
        var digits = name.TakeWhile(char.IsAsciiDigit).Count();
        if (digits == 0) throw new InvalidOperationException($"Schema script {name} does not begin with its number.");
        var text = sql.ReplaceLineEndings("\n");
        return new SchemaScript(
            int.Parse(name.AsSpan(0, digits), CultureInfo.InvariantCulture), name, text,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }
}

/// <summary>The numbered scripts of the core or of one module.</summary>
/// <param name="Journal">The table that lists the applied ones.</param>
internal sealed record SchemaScripts(string Journal, IReadOnlyList<SchemaScript> InOrder)
{
    private const string CoreJournal = "schema_versions";

    /// <summary>The core's scripts: resources <c>Schema/NNN_name.sql</c>.</summary>
    public static SchemaScripts In(Assembly assembly)
    {
        var scripts = Read(CoreJournal, assembly, "Schema/");
        return scripts.InOrder.Count > 0 ? scripts
            : throw new InvalidOperationException($"{assembly.GetName().Name} carries no Schema/NNN_name.sql scripts.");
    }

    /// <summary>A module's scripts: resources <c>{folder}/Schema/NNN_name.sql</c>; empty if it has no table.</summary>
    /// <param name="module">Letters and underscores: part of the name of its journal.</param>
    public static SchemaScripts Of(string module, string folder, Assembly assembly) =>
        Read($"{CoreJournal}_{module}", assembly, $"{folder}/Schema/");

    public static SchemaScripts Core(params IReadOnlyList<SchemaScript> scripts) => new(CoreJournal, scripts);

    private static SchemaScripts Read(string journal, Assembly assembly, string folder)
    {
        var scripts = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.OrdinalIgnoreCase) && name.EndsWith(".sql", StringComparison.Ordinal))
            .Select(name => SchemaScript.Of(name[folder.Length..], TextOf(assembly, name)))
            .OrderBy(script => script.Number)
            .ToArray();
        return scripts.GroupBy(script => script.Number).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new InvalidOperationException(
                $"Schema number {twice.Key} is taken twice: {string.Join(", ", twice.Select(script => script.Name))}.")
            : new SchemaScripts(journal, scripts);
    }

    private static string TextOf(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
