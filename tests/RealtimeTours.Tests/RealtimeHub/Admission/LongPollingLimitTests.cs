using RealtimeTours.RealtimeHub.Admission;
using RealtimeTours.Tests.Clients;

namespace RealtimeTours.Tests.RealtimeHub.Admission;

/// <summary>Connections by long polling with nothing under way between two polls.</summary>
public sealed class LongPollingLimitTests : IAsyncLifetime
{
    private HubNode _node = null!;

    public async Task InitializeAsync() => _node = await HubNode.StartAsync(configuration: ("RealtimeHub:MaxConnectionsPerAddress", "3"));

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task A_connection_by_long_polling_counts_between_its_polls_until_it_ends()
    {
        using var first = await LongPollingClient.ConnectAsync(_node.Address);
        using var second = await LongPollingClient.ConnectAsync(_node.Address);
        using var third = await LongPollingClient.ConnectAsync(_node.Address);
        await Eventually.ShouldBeTrueAsync(() => _node.Connections == 3);
        _node.Get<OpenTransports>().Count.ShouldBe(3);

        // The limit of negotiations is the same, so somebody who has negotiated nothing shows it.
        await Should.ThrowAsync<Exception>(async () => (await HubSocket.OpenAsync(_node.Address)).Dispose());
        (await first.PollAsync()).ShouldBe("{}" + LongPollingClient.Separator, "its own next poll, with the handshake's answer");
        await first.EndAsync();

        await Eventually.ShouldBeTrueAsync(() => _node.Get<OpenTransports>().Count == 2);
        using var next = await HubSocket.OpenAsync(_node.Address);
    }
}
