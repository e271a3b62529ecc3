using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage.Engines;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Platform.Storage.Inbox;

/// <summary>For consumers that need the database: they start when its schema is ready, and pause during its outages.</summary>
public sealed class DatabaseDependency(IDatabaseEngine engine, StorageReadiness readiness) : IConsumerDependency
{
    public string Name => "the database";

    public Task WhenReadyAsync(CancellationToken cancellationToken) => readiness.WhenReady(cancellationToken);

    public bool LooksAway(Exception error) => engine.LooksAway(error);

    public bool IsFull(Exception error) => engine.IsFull(error);

    public Task ProbeAsync(CancellationToken cancellationToken) => engine.ProbeAsync(cancellationToken);
}
