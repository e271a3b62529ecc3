using Microsoft.AspNetCore.SignalR.Protocol;
using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.RealtimeHub.Board;

/// <summary>A departure's state as this node shows it. Immutable: all watchers share it and its encoded bytes.</summary>
/// <param name="change">The tour's change number on this node; see <see cref="TourCopy"/>.</param>
internal sealed class ShownDeparture(AvailabilityUpdate update, long change)
{
    private byte[]? _frame;

    public AvailabilityUpdate Update => update;

    public long Change => change;

    /// <summary>The hub message with this state, encoded once, by the first caller.</summary>
    public ReadOnlySpan<byte> Frame(IHubProtocol protocol) =>
        _frame ??= protocol.GetMessageBytes(new InvocationMessage(nameof(IAvailabilityClient.AvailabilityUpdated), [update])).ToArray();
}
