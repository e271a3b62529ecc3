namespace RealtimeTours.Platform.Storage.Inbox;

/// <summary>Opens the transaction, enters the events into the inbox, and passes on the new ones.</summary>
internal sealed class TransactionalConsumer(
    string name, Database database, Func<WriteTransaction, IReadOnlyList<EventEnvelope>, Task> handle,
    Func<EventEnvelope, CancellationToken, Task>? committed = null)
{
    public static TransactionalConsumer Of(string name, Database database, ITransactionalHandler handler) =>
        new(name, database, (transaction, envelopes) => handler.HandleAsync(transaction, envelopes.Single()), handler.CommittedAsync);

    public static TransactionalConsumer Of(string name, Database database, ITransactionalBatchHandler handler) =>
        new(name, database, handler.HandleAsync);

    public Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken) => HandleAsync([envelope], cancellationToken);

    public async Task HandleAsync(IReadOnlyList<EventEnvelope> envelopes, CancellationToken cancellationToken)
    {
        var taken = await database.InTransactionAsync(async transaction =>
        {
            var entered = await InboxTable.EnterAsync(transaction, name, envelopes.Select(envelope => envelope.EventId));
            EventEnvelope[] fresh = [.. envelopes.DistinctBy(envelope => envelope.EventId).Where(envelope => entered.Contains(envelope.EventId))];
            if (fresh.Length > 0) await handle(transaction, fresh);
            return fresh;
        }, cancellationToken);
        if (committed is null) return;
        foreach (var envelope in taken) await committed(envelope, cancellationToken);
    }
}
