namespace RealtimeTours.RealtimeHub.Presence;

internal sealed class MemoryPresence : IPresence
{
    private readonly ViewerCounts _counts = new();

    public int Viewers(string tourId) => _counts.Of(tourId);

    public int Total => _counts.Total;

    public void Joined(Viewer viewer) => _counts.Add(viewer, 1);

    public void Left(Viewer viewer) => _counts.Add(viewer, -1);

    public IReadOnlyCollection<string> TakeChanged() => _counts.TakeChanged();

    public Task ExchangeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task LeaveAsync() => Task.CompletedTask;
}
