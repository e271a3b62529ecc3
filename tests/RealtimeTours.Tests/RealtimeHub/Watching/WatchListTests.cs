using FsCheck.Fluent;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Watching;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

public class WatchListTests
{
    private const int Versions = 12;
    private static readonly string[] Tours = ["a", "b"];

    /// <summary>
    /// Whatever order events (also twice), watches, snapshots and writes come in, the wire keeps the promises and ends at the newest states.
    /// </summary>
    [Fact]
    public void Any_interleaving_keeps_what_a_watcher_may_rely_on()
    {
        var operations = Gen.Choose(0, 9_999).ListOf().Resize(120);
        foreach (var sequence in Gen.Sample(operations, 120, 400)) new Connection().Run(sequence);
    }

    private sealed class Connection : IWatcher
    {
        private readonly BoardCopy _board = new();
        private readonly WatchList _list;
        private readonly Dictionary<string, TourWatch> _watching = [];
        private readonly HashSet<string> _snapshotOwed = [];
        private readonly Dictionary<DepartureKey, long> _onTheWire = [];
        private readonly Dictionary<DepartureKey, long> _newest = [];
        private readonly List<string> _story = [];

        public Connection()
        {
            _list = new WatchList(_board);
            _board.Changed += tourId => { if (_watching.TryGetValue(tourId, out var watch)) MarkDirty(watch); };
        }

        public void MarkDirty(TourWatch watch) => _list.Mark(watch);

        public void MarkViewersDirty(TourWatch watch, byte[] frame) => _list.Mark(watch, frame);

        public void Post(byte[] frame)
        {
        }

        public void Run(IEnumerable<int> sequence)
        {
            foreach (var number in sequence)
            {
                var tour = Tours[number / 10 % Tours.Length];
                switch (number % 10)
                {
                    case < 5: Event(tour, day: number / 100 % 2, version: number / 1_000 + number / 100 % 3); break;
                    case 5: Watch(tour); break;
                    case 6: Snapshot(tour); break;
                    case 7: Unwatch(tour); break;
                    default: Write(); break;
                }
            }
            foreach (var tour in _snapshotOwed.ToArray()) Snapshot(tour);
            Write();
            foreach (var (departure, version) in _newest.Where(pair => _watching.ContainsKey(pair.Key.TourId)))
                _onTheWire.GetValueOrDefault(departure, -1).ShouldBe(version, Story);
        }

        private void Event(string tour, int day, long version)
        {
            var state = States.State(tour, (int)version, version % Versions, date: States.Departure.AddDays(day));
            _story.Add($"event {tour}/{day} v{state.Version}");
            _board.Apply(state);
            _newest[state.Key] = Math.Max(_newest.GetValueOrDefault(state.Key, -1), state.Version!.Value);
        }

        private void Watch(string tour)
        {
            _story.Add($"watch {tour}");
            _list.Add(this, tour, snapshotPendingSince: 0, out var watch);
            _watching[tour] = watch;
            _snapshotOwed.Add(tour);
        }

        private void Snapshot(string tour)
        {
            if (!_snapshotOwed.Remove(tour)) return;
            _story.Add($"snapshot {tour}");
            foreach (var shown in _list.TakeSnapshot(tour)) OnTheWire(shown, mayRepeat: true);
        }

        private void Unwatch(string tour)
        {
            _story.Add($"unwatch {tour}");
            _list.Remove(tour, out _);
            _watching.Remove(tour);
            _snapshotOwed.Remove(tour);
        }

        private void Write()
        {
            _story.Add("write");
            var departures = new List<ShownDeparture>();
            _list.TakeNews(departures, []);
            foreach (var shown in departures)
            {
                _watching.ShouldContainKey(shown.Update.TourId, Story);
                _snapshotOwed.ShouldNotContain(shown.Update.TourId, Story);
                OnTheWire(shown, mayRepeat: false);
            }
        }

        private void OnTheWire(ShownDeparture shown, bool mayRepeat)
        {
            var key = new DepartureKey(shown.Update.TourId, shown.Update.Date);
            var before = _onTheWire.GetValueOrDefault(key, -1);
            (mayRepeat ? shown.Update.Version >= before : shown.Update.Version > before).ShouldBeTrue(Story);
            _onTheWire[key] = shown.Update.Version;
        }

        private string Story => string.Join(", ", _story);
    }
}
