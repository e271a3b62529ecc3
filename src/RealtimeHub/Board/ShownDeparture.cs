using Microsoft.AspNetCore.SignalR.Protocol;
using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.RealtimeHub.Board;

/// <summary>A departure's state as this node shows it. Immutable: all watchers share it and its encoded bytes.</summary>
/// <param name="change">Its place among the changes of its tour on this node; grows with every change.</param>
internal sealed class ShownDeparture(AvailabilityUpdate update, long change)
{
    private byte[]? _frame;

    public AvailabilityUpdate Update => update;

    public long Change => change;

    /// <summary>The bytes of the hub message that carries this state; encoded once, whoever asks first.</summary>
    public ReadOnlySpan<byte> Frame(IHubProtocol protocol) =>
        _frame ??= protocol.GetMessageBytes(new InvocationMessage(nameof(IAvailabilityClient.AvailabilityUpdated), [update])).ToArray();
}
