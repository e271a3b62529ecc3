using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.Tests.RealtimeHub.Board;

public class BoardBatchesTests
{
    private readonly CountingBoard _board = new();

    [Fact]
    public async Task What_comes_together_goes_to_the_board_in_one_call_and_all_is_there()
    {
        var batches = new BoardBatches(_board, TimeProvider.System);

        await Task.WhenAll(
            Enumerable.Range(0, BoardBatches.MaxCalls).Select(i => batches.ApplyAsync([States.State($"tour-{i}", i, version: 1)], default)));

        _board.Calls.ShouldBeLessThan(BoardBatches.MaxCalls / 2);
        var read = await _board.ReadAsync([.. Enumerable.Range(0, BoardBatches.MaxCalls).Select(i => $"tour-{i}")]);
        read.Count.ShouldBe(BoardBatches.MaxCalls);
    }

    [Fact]
    public async Task One_alone_does_not_wait_for_company()
    {
        var batches = new BoardBatches(_board, TimeProvider.System);

        for (var version = 1; version <= 3; version++) await batches.ApplyAsync([States.State("tour", 5, version)], default);

        (await _board.ReadAsync(["tour"]))["tour"].Single().Version.ShouldBe(3);
    }

    [Fact]
    public async Task What_the_board_cannot_take_fails_alone()
    {
        var batches = new BoardBatches(_board, TimeProvider.System);
        _board.Poison = "bad";

        var applying = new[] { "good-1", "bad", "good-2" }.Select(tour => batches.ApplyAsync([States.State(tour, 5, version: 1)], default)).ToArray();

        await applying[0];
        await Should.ThrowAsync<InvalidOperationException>(applying[1]);
        await applying[2];
        (await _board.ReadAsync(["good-1", "good-2"])).Count.ShouldBe(2);
    }

    private sealed class CountingBoard : IAvailabilityBoard
    {
        private readonly MemoryAvailabilityBoard _inner = new();
        private int _calls;

        public string? Poison { get; set; }

        public int Calls => _calls;

        public Task<int> ApplyAsync(IReadOnlyList<DepartureState> states, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _calls);
            if (states.Any(state => state.TourId == Poison)) throw new InvalidOperationException("poison");
            return _inner.ApplyAsync(states, cancellationToken);
        }

        public Task<IReadOnlyDictionary<string,
            IReadOnlyList<DepartureState>>> ReadAsync(IReadOnlyCollection<string> tourIds, CancellationToken cancellationToken = default) =>
            _inner.ReadAsync(tourIds, cancellationToken);

        public Task<BoardChanges> ChangesSinceAsync(BoardPosition position, int limit, CancellationToken cancellationToken = default) =>
            _inner.ChangesSinceAsync(position, limit, cancellationToken);
    }
}
