using System.Collections.Concurrent;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

/// <summary>
/// One sequence of random steps on nodes that share a board: events that each path brings late, twice, in any order or not at all; visitors who
/// watch, leave, stream and reconnect to any node. At the end everybody must show the newest.
/// </summary>
internal sealed class Interleaving(IReadOnlyList<HubNode> nodes, IAvailabilityBoard board, int number) : IAsyncDisposable
{
    private static readonly DateTimeOffset?[] Dates = [States.Departure, null];
    private static readonly string[] Page = [.. Enumerable.Range(0, 197).Select(i => $"filler-{i}")];

    // Of the first only versions are known, of the second only times in whole seconds, of the third both kinds.
    private readonly string[] _tours = [$"counted-{number}", $"plain-{number}", $"mixed-{number}"];
    private readonly ConcurrentBag<DepartureState> _said = [];
    private readonly List<(int Target, DepartureState State)> _underWay = [];
    private readonly List<Visitor> _visitors = [];
    private readonly List<string> _story = [];
    private int _clock;

    public string Story => $"#{number}: {string.Join(", ", _story)}";

    public async Task RunAsync(IReadOnlyList<int> steps)
    {
        foreach (var node in nodes) _visitors.Add(await ConnectAsync(node));
        foreach (var step in steps)
        {
            var choice = step / 16;
            var (visitor, tour) = (_visitors[choice % _visitors.Count].Watcher, _tours[choice / 7 % _tours.Length]);
            switch (step % 16)
            {
                case < 5: Say(tour, choice); break;
                case < 10: await DeliverAsync(choice); break;
                // Nobody waits for the answers: events and further calls overtake them.
                case 10 or 11: _ = visitor.WatchAsync(tour); break;
                case 12: _ = visitor.WatchAsync([.. _tours, .. Page]); break;
                case 13: _ = visitor.UnwatchAsync(tour); break;
                case 14: await visitor.StreamAsync(tour); break;
                default: await ReconnectAsync(choice % _visitors.Count, choice); break;
            }
        }
        while (_underWay.Count > 0) await DeliverAsync(steps[_underWay.Count % steps.Count]);
    }

    /// <summary>What is not as it must be in the end.</summary>
    public async Task<string[]> WrongAsync()
    {
        var onBoard = await board.ReadAsync(_tours);
        var wrong = new List<string>();
        foreach (var said in _said.GroupBy(state => state.Key))
        {
            var held = onBoard.GetValueOrDefault(said.Key.TourId)?.SingleOrDefault(state => state.Key == said.Key);
            var latest = said.Max(state => (state.Timestamp, state.TourId == _tours[0] ? state.Version : 0));
            if (held is null || (held.Timestamp, held.TourId == _tours[0] ? held.Version : 0) != latest) wrong.Add(
                $"the board has {held}, not of {latest}");
            wrong.AddRange(_visitors.SelectMany(visitor => WrongOf(visitor, said.Key, held)));
        }
        return [.. wrong];
    }

    public IEnumerable<string> Breaches => _visitors.SelectMany(visitor => visitor.Watcher.Model.Breaches);

    public async ValueTask DisposeAsync()
    {
        foreach (var visitor in _visitors) await visitor.Watcher.DisposeAsync();
    }

    private bool WasSaid(AvailabilityUpdate update) => !update.TourId.EndsWith($"-{number}", StringComparison.Ordinal)
        || _said.Any(state => state.TourId == update.TourId && state.Date == update.Date && state.AvailableSpots == update.AvailableSpots
            && (update.TourId != _tours[0] || state.Version == update.Version));

    // A publisher's clock has whole seconds and often says the same one again; its counter goes with its clock.
    private void Say(string tour, int choice)
    {
        _clock++;
        var counted = tour == _tours[0] || (tour == _tours[2] && choice % 2 == 0);
        var state = States.State(
            tour, spots: 1_000 + _clock, counted ? _clock : null, at: _clock / 4, id: $"{number}-{_clock}") with { Date = Dates[choice / 3 % 2] };
        _said.Add(state);
        _story.Add($"{tour}/{(state.Date is null ? "-" : "d")} v{state.Version} @{_clock / 4} says {state.AvailableSpots}");
        for (var node = 0; node < nodes.Count; node++)
            for (var times = choice / (5 + node) % 3; times > 0; times--) _underWay.Add((node, state)); // not at all, once or twice
        for (var times = 1 + (choice % 2); times > 0; times--) _underWay.Add((nodes.Count, state));
    }

    private async Task DeliverAsync(int choice)
    {
        if (_underWay.Count == 0) return;
        var (target, state) = _underWay[choice % _underWay.Count];
        _underWay.RemoveAt(choice % _underWay.Count);
        _story.Add($"{state.AvailableSpots} to {(target == nodes.Count ? "board" : $"node {target}")}");
        // The consumer that this stands for is delivered an event again when the board does not answer in time.
        if (target == nodes.Count) await Eventually.ShouldBeTrueAsync(async () => await board.ApplyAsync([state]) >= 0);
        else nodes[target].Get<BoardCopy>().Apply(state);
    }

    private async Task ReconnectAsync(int which, int choice)
    {
        _story.Add($"visitor {which} reconnects");
        var old = _visitors[which].Watcher;
        _visitors[which] = await ConnectAsync(nodes[choice / 3 % nodes.Count]);
        _ = _visitors[which].Watcher.WatchAsync([.. old.Watched]);
        await old.DisposeAsync();
    }

    private IEnumerable<string> WrongOf(Visitor visitor, DepartureKey key, DepartureState? held)
    {
        var shown = visitor.Watcher.Model.ShownByStreams(key.TourId, key.Date).ToList();
        if (visitor.Watcher.Watched.Contains(key.TourId)) shown.Add(("pushes", visitor.Watcher.Model.Shown(key.TourId, key.Date)));
        return from each in shown
            where each.Shown?.AvailableSpots != held?.AvailableSpots
            let onNode = visitor.Node.Get<BoardCopy>().Find(key.TourId)?.States().FirstOrDefault(state => state.Key == key)
            select $"{each.Stream} of a connection that is {visitor.Watcher.State} show {each.Shown}, its node {onNode}, the board has {held}";
    }

    private async Task<Visitor> ConnectAsync(HubNode node) => new(node, await CheckedWatcher.ConnectAsync(node, WasSaid));

    private sealed record Visitor(HubNode Node, CheckedWatcher Watcher);
}
