using RealtimeTours.LoadTest;

namespace RealtimeTours.Benchmarks.Peers;

/// <summary>One thing that is measured the same way on every peer.</summary>
/// <param name="Rate">Events a second over all tours; 0 for a burst or for none.</param>
/// <param name="Nodes">2: half of the watchers are on a second node of the peer.</param>
internal sealed record PeerScenario(
    string Name, Scenario Kind, int Connections, int Tours, int WatchPerConnection, double Rate, TimeSpan Duration, int Nodes = 1)
{
    public const int Burst = 2_000;

    /// <summary>Everything that is repeated in rounds, for so many connections.</summary>
    public static IReadOnlyList<PeerScenario> All(int connections, TimeSpan duration)
    {
        const int manyTours = 1_000, manyRate = 1_000, fanoutRate = 10, few = 100;
        // Five watchers a tour, as on a popular site, also where there are fewer connections than tours.
        var each = Math.Clamp(5 * manyTours / connections, 1, 200);
        return
        [
            new("one event, one browser", Scenario.Fanout, 1, 1, 1, 5, duration),
            OneTour(connections, duration, fanoutRate),
            new($"{manyTours:N0} tours, {connections:N0} connections watching {each} each, {manyRate:N0} events/s", Scenario.ManyTours, connections,
                manyTours, each, manyRate, duration),
            new($"{Burst:N0} events at once on one tour, {Math.Max(1, connections / 4):N0} watchers", Scenario.Burst, Math.Max(1, connections / 4),
                1, 1, 0, TimeSpan.Zero),
            new($"{few} watchers of 50 tours, {manyRate:N0} events/s", Scenario.Fanout, few, 50, 1, manyRate, duration),
            new($"{few} watchers of 50 tours, {manyRate:N0} events/s, one of them reads nothing", Scenario.Slow, few, 50, 1, manyRate, duration),
            new($"two nodes, one tour, {connections:N0} watchers, {fanoutRate} events/s", Scenario.Fanout, connections, 1, 1, fanoutRate, duration,
                Nodes: 2),
            new($"two nodes, {manyTours:N0} tours, {connections:N0} connections watching {each} each, {manyRate:N0} events/s", Scenario.ManyTours,
                connections, manyTours, each, manyRate, duration, Nodes: 2),
        ];
    }

    public static PeerScenario OneTour(int connections, TimeSpan duration, double rate) =>
        new($"one tour, {connections:N0} watchers, {rate} events/s", Scenario.Fanout, connections, 1, 1, rate, duration);

    public static PeerScenario Idle(int connections) => new("idle connection", Scenario.Idle, connections, 1, 1, 0, TimeSpan.FromSeconds(2));
}
