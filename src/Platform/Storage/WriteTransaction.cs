using System.Data.Common;
using Dapper;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage.Engines;

namespace RealtimeTours.Platform.Storage;

public sealed class WriteTransaction
{
    private readonly CancellationToken _cancellationToken;
    private readonly int? _commandTimeout;
    private readonly DeferredStatements _deferred;
    private readonly List<OutgoingEvent> _announced = [];

    /// <param name="commandTimeout">In seconds; 0 for none, null for the connection's.</param>
    internal WriteTransaction(
        DbTransaction transaction, ISqlDialect dialect, DeferredStatements deferred, CancellationToken cancellationToken, int? commandTimeout = null)
    {
        Transaction = transaction;
        Dialect = dialect;
        _deferred = deferred;
        _cancellationToken = cancellationToken;
        _commandTimeout = commandTimeout;
    }

    public DbTransaction Transaction { get; }

    public ISqlDialect Dialect { get; }

    internal IReadOnlyList<OutgoingEvent> Announced => _announced;

    public Task<int> ExecuteAsync(string sql, object? arguments = null) => Connection.ExecuteAsync(Command(sql, arguments));

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? arguments = null) =>
        (await Connection.QueryAsync<T>(Command(sql, arguments))).AsList();

    /// <returns>The first row; null (zero, for a number) if there is none.</returns>
    public Task<T?> FirstOrDefaultAsync<T>(string sql, object? arguments = null) => Connection.QueryFirstOrDefaultAsync<T>(Command(sql, arguments));

    /// <summary>Runs the statement just before the commit, in one round trip with others and the outbox: locks are taken for less time.</summary>
    public void Defer(string sql, object arguments) => _deferred.Add(sql, arguments);

    /// <summary>Stores the events in this transaction's commit; they are published right after it.</summary>
    public void Announce(params IEnumerable<OutgoingEvent> events) => _announced.AddRange(events);

    private DbConnection Connection => Transaction.Connection ?? throw new InvalidOperationException("The transaction has ended.");

    private CommandDefinition Command(string sql, object? arguments) =>
        new(sql, arguments, Transaction, _commandTimeout, cancellationToken: _cancellationToken);
}
