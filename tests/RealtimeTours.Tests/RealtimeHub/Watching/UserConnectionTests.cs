using RealtimeTours.Contracts.Events;
using RealtimeTours.RealtimeHub.Watching;
using RealtimeTours.Tests.RealtimeHub.Admission;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

/// <summary>A user has two tabs open; one of them takes nothing any more.</summary>
public sealed class UserConnectionTests
{
    // More than the sockets of a loopback connection hold between them.
    private const int LargeEvents = 250;

    private static readonly string Padding = new('x', 50_000);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tab_that_reads_nothing_delays_neither_the_other_tab_nor_other_users_and_is_closed_once_it_is_too_far_behind(bool distributed)
    {
        await using var node = await HubNode.StartAsync(distributed ? await HubNode.DistributedAsync() : HubNode.Embedded());
        var (reads, stranger) = (await node.ConnectAsync("anna"), await node.ConnectAsync("bert"));
        using var stalled = await HubSocket.OpenAsync(node.Address, node.Token("anna"));
        await Eventually.ShouldBeTrueAsync(() => node.Connections == 3);

        for (var i = 0; i < LargeEvents; i++) await PublishAsync(node, "anna", i);
        await PublishAsync(node, "bert", 0);
        await Eventually.ShouldBeTrueAsync(() => stranger.Others.Count == 1 && reads.Others.Count == LargeEvents);
        node.Connections.ShouldBe(3, "it may still begin to read");

        for (var i = 0; i < UserConnection.MaxWaitingWrites; i++) await PublishAsync(node, "anna", LargeEvents + i, padding: "");
        await Eventually.ShouldBeTrueAsync(() => node.Connections == 2);
        await Eventually.ShouldBeTrueAsync(() => reads.Others.Count == LargeEvents + UserConnection.MaxWaitingWrites);
    }

    private static Task PublishAsync(HubNode node, string user, int number, string? padding = null) => node.PublishAsync(
        EventTypes.LoyaltyTierUpgraded,
        new { userId = user, previousTier = "bronze", newTier = "silver", totalPoints = number, upgradedAt = States.Noon,
            padding = padding ?? Padding });
}
