namespace RealtimeTours.RealtimeHub.Board;

/// <summary>Writes what handlers apply within a few milliseconds to the shared board in one call. Watchers do not wait for it.</summary>
internal sealed class BoardBatches(IAvailabilityBoard board, TimeProvider time)
{
    /// <summary>A batch of so many calls is sent at once, before the batch window ends.</summary>
    public const int MaxCalls = 64;

    private static readonly TimeSpan BatchWindow = TimeSpan.FromMilliseconds(5);

    private readonly Lock _gate = new();
    private Batch? _open;

    /// <summary>As <see cref="IAvailabilityBoard.ApplyAsync"/>; completes when the board has answered.</summary>
    public async Task ApplyAsync(IReadOnlyList<DepartureState> states, CancellationToken cancellationToken)
    {
        var batch = Join(states);
        try
        {
            await batch.Applied.WaitAsync(cancellationToken);
        }
        catch (Exception) when (batch.Calls > 1 && !cancellationToken.IsCancellationRequested)
        {
            await board.ApplyAsync(states, cancellationToken); // one bad state must not fail the others' calls
        }
    }

    private Batch Join(IReadOnlyList<DepartureState> states)
    {
        Batch batch;
        int calls;
        lock (_gate)
        {
            batch = _open ??= new Batch();
            calls = batch.Add(states);
            if (calls == MaxCalls) _open = null;
        }
        if (calls == 1) _ = SendSoonAsync(batch);
        else if (calls == MaxCalls) _ = batch.SendAsync(board);
        return batch;
    }

    private async Task SendSoonAsync(Batch batch)
    {
        await Task.Delay(BatchWindow, time);
        lock (_gate)
        {
            if (_open != batch) return; // the batch filled up and was sent earlier
            _open = null;
        }
        await batch.SendAsync(board);
    }

    private sealed class Batch
    {
        // Continuations run synchronously, one after the other: each only acknowledges its event, which is not worth a thread.
        private readonly TaskCompletionSource _applied = new();
        private readonly List<DepartureState> _states = [];

        public int Calls { get; private set; }

        public Task Applied => _applied.Task;

        public int Add(IReadOnlyList<DepartureState> states)
        {
            _states.AddRange(states);
            return ++Calls;
        }

        public async Task SendAsync(IAvailabilityBoard board)
        {
            try
            {
                await board.ApplyAsync(_states, CancellationToken.None);
                _applied.SetResult();
            }
            catch (Exception e)
            {
                _applied.SetException(e);
            }
        }
    }
}
