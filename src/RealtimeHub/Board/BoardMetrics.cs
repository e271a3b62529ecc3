using System.Diagnostics.Metrics;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Board;

/// <summary>Counts the states that only the durable path delivered, on every host that keeps a copy of the board.</summary>
internal sealed class BoardMetrics
{
    public BoardMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("RealtimeTours.Hub");
        meter.CreateObservableCounter("hub.healed", () => Healed.Value, description: "States the shared board brought and the fast path had not");
        meter.CreateObservableCounter(
            "hub.offered", () => Offered.Value, description: "States this node brought to the shared board because the consumer had not");
    }

    public Tally Healed { get; } = new();

    public Tally Offered { get; } = new();
}
