using System.Diagnostics.Metrics;

namespace RealtimeTours.RealtimeHub.Board;

/// <summary>What the sure path had to do, on every host that keeps a copy of the board.</summary>
internal sealed class BoardMetrics : IDisposable
{
    private readonly Meter _meter = new("RealtimeTours.Hub");

    public BoardMetrics()
    {
        Healed = _meter.CreateCounter<long>("hub.healed", description: "States the shared board brought and the fast path had not");
        Offered = _meter.CreateCounter<long>("hub.offered", description: "States this node brought to the shared board because the consumer had not");
        // Visible before they first count: who draws a rate must see the zero.
        Healed.Add(0);
        Offered.Add(0);
    }

    public Counter<long> Healed { get; }

    public Counter<long> Offered { get; }

    public void Dispose() => _meter.Dispose();
}
