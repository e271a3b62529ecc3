using System.Collections;
using System.Data.Common;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;

namespace RealtimeTours.Platform.Storage;

/// <summary>Statements for one round trip. Arguments are renamed: two statements may use the same names.</summary>
internal sealed partial class DeferredStatements
{
    private readonly StringBuilder _sql = new();
    private readonly DynamicParameters _arguments = new();
    private int _count;

    /// <param name="arguments">An object with properties or a dictionary with keys named as in <paramref name="sql"/>; it may have more.</param>
    public void Add(string sql, object arguments)
    {
        var number = _count++;
        _sql.Append(ArgumentName().Replace(sql, name =>
        {
            var own = $"{name.Value}_{number}";
            _arguments.Add(own, ValueOf(arguments, name.Value[1..]));
            return own;
        })).AppendLine(";");
    }

    public async Task ExecuteAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        if (_count == 0) return;
        // Nearly every group's text is new: Dapper would cache them all.
        await transaction.Connection!.ExecuteAsync(
            new CommandDefinition(_sql.ToString(), _arguments, transaction, flags: CommandFlags.NoCache, cancellationToken: cancellationToken));
    }

    private static object? ValueOf(object arguments, string name) => arguments is IDictionary dictionary
        ? dictionary[name]
        : (arguments.GetType().GetProperty(name) ?? throw new ArgumentException($"The statement's @{name} has no value.", nameof(arguments)))
            .GetValue(arguments);

    [GeneratedRegex("@[A-Za-z][A-Za-z0-9]*")]
    private static partial Regex ArgumentName();
}
