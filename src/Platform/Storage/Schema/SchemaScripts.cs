using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace RealtimeTours.Platform.Storage.Schema;

/// <param name="Number">The order: the digits the file name begins with.</param>
/// <param name="Checksum">SHA-256 of the text (line ends do not count), so that an applied script cannot change unnoticed.</param>
internal sealed record SchemaScript(int Number, string Name, string Sql, string Checksum);

/// <summary>The numbered scripts an assembly carries as resources <c>Schema/NNN_name.sql</c>.</summary>
internal sealed record SchemaScripts(IReadOnlyList<SchemaScript> InOrder)
{
    private const string Folder = "Schema/";

    public static SchemaScripts In(Assembly assembly)
    {
        var scripts = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
            .Select(name => Read(assembly, name))
            .OrderBy(script => script.Number)
            .ToArray();
        if (scripts.Length == 0) throw new InvalidOperationException($"{assembly.GetName().Name} carries no {Folder}NNN_name.sql scripts.");
        if (scripts.GroupBy(script => script.Number).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new InvalidOperationException($"Schema number {twice.Key} is taken twice: {string.Join(", ", twice.Select(script => script.Name))}.");
        return new SchemaScripts(scripts);
    }

    public static SchemaScript Of(string name, string sql)
    {
        var digits = name.TakeWhile(char.IsAsciiDigit).Count();
        if (digits == 0) throw new InvalidOperationException($"Schema script {name} does not begin with its number.");
        var text = sql.ReplaceLineEndings("\n");
        return new SchemaScript(
            int.Parse(name.AsSpan(0, digits), CultureInfo.InvariantCulture), name, text,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    private static SchemaScript Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return Of(resource[Folder.Length..], reader.ReadToEnd());
    }
}
