using System.Collections;
using System.Data.Common;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;

namespace RealtimeTours.Platform.Storage;

/// <summary>Statements for one round trip; many go in several. Arguments are renamed: two statements may use the same names.</summary>
internal sealed partial class DeferredStatements
{
    // SQLite searches a command's arguments one by one for each place in its text.
    private const int MaxArguments = 2_000;

    private readonly List<Batch> _batches = [];
    private int _count;

    /// <param name="arguments">An object with properties or a dictionary with keys named as in <paramref name="sql"/>; it may have more.</param>
    public void Add(string sql, object arguments)
    {
        var number = _count++;
        if (_batches is [] or [.., { Count: >= MaxArguments }]) _batches.Add(new Batch());
        var batch = _batches[^1];
        batch.Sql.Append(ArgumentName().Replace(sql, name =>
        {
            var own = $"{name.Value}_{number}";
            batch.Arguments.Add(own, ValueOf(arguments, name.Value[1..]));
            batch.Count++;
            return own;
        })).AppendLine(";");
    }

    public async Task ExecuteAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        // Nearly every group's text is new: Dapper would cache them all.
        foreach (var batch in _batches)
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                batch.Sql.ToString(), batch.Arguments, transaction, flags: CommandFlags.NoCache, cancellationToken: cancellationToken));
    }

    private static object? ValueOf(object arguments, string name) => arguments is IDictionary dictionary
        ? dictionary[name]
        : (arguments.GetType().GetProperty(name) ?? throw new ArgumentException($"The statement's @{name} has no value.", nameof(arguments)))
            .GetValue(arguments);

    private sealed class Batch
    {
        public StringBuilder Sql { get; } = new();
        public DynamicParameters Arguments { get; } = new();
        public int Count { get; set; }
    }

    [GeneratedRegex("@[A-Za-z][A-Za-z0-9]*")]
    private static partial Regex ArgumentName();
}
