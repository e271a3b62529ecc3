using Microsoft.AspNetCore.SignalR.Client;
using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

/// <summary>How many look at a tour, as clients are told.</summary>
public sealed class ViewersTests : IAsyncLifetime
{
    private HubNode _node = null!;

    public async Task InitializeAsync() => _node = await HubNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Connections_are_counted_and_told_to_the_others()
    {
        var (anna, bert) = (await _node.ConnectAsync(), await _node.ConnectAsync());
        (await anna.WatchTourAsync("t")).Viewers.ShouldBe(1);
        (await anna.WatchTourAsync("t")).Viewers.ShouldBe(1);
        (await bert.WatchTourAsync("t")).Viewers.ShouldBe(2);
        await Eventually.ShouldBeTrueAsync(() => anna.Viewers.LastOrDefault() == new ViewersChanged("t", 2));
        await bert.Connection.StopAsync();
        await Eventually.ShouldBeTrueAsync(() => anna.Viewers.LastOrDefault() == new ViewersChanged("t", 1));
    }

    [Fact]
    public async Task Lists_and_streams_count_nobody_as_a_viewer_but_are_told_the_number()
    {
        var (lists, looks) = (await _node.ConnectAsync(), await _node.ConnectAsync());
        (await lists.WatchToursAsync(["t"])).Single().Viewers.ShouldBe(0);
        var items = lists.Connection.StreamAsync<AvailabilityUpdate>("StreamAvailability", new[] { "t" }).GetAsyncEnumerator();
        var first = items.MoveNextAsync();
        (await looks.WatchTourAsync("t")).Viewers.ShouldBe(1);
        await Eventually.ShouldBeTrueAsync(() => lists.Viewers.LastOrDefault() == new ViewersChanged("t", 1));

        (await lists.WatchTourAsync("t")).Viewers.ShouldBe(2, "the page was opened from the list");
        (await lists.WatchToursAsync(["t"])).Single().Viewers.ShouldBe(2);
        await lists.Connection.InvokeAsync("UnwatchTours", new[] { "t" });
        await Eventually.ShouldBeTrueAsync(() => looks.Viewers.LastOrDefault() == new ViewersChanged("t", 1));
        first.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_signed_in_user_is_one_viewer_in_however_many_tabs()
    {
        var (first, second, stranger) = (await _node.ConnectAsync("anna"), await _node.ConnectAsync("anna"), await _node.ConnectAsync());
        (await first.WatchTourAsync("t")).Viewers.ShouldBe(1);
        (await second.WatchTourAsync("t")).Viewers.ShouldBe(1);
        (await stranger.WatchTourAsync("t")).Viewers.ShouldBe(2);
        await first.Connection.StopAsync();
        await Eventually.ShouldBeTrueAsync(() => _node.Connections == 2);
        (await second.WatchTourAsync("t")).Viewers.ShouldBe(2);
        await second.Connection.StopAsync();
        await Eventually.ShouldBeTrueAsync(() => stranger.Viewers.LastOrDefault() == new ViewersChanged("t", 1));
    }

    /// <summary>Told 1, shown 2 by a snapshot, then 1 again before the next telling is due.</summary>
    [Fact]
    public async Task A_number_that_a_snapshot_showed_is_taken_back()
    {
        await using var node = await HubNode.StartAsync(null, ("RealtimeHub:PresenceInterval", "00:00:02"));
        var (stays, leaves) = (await node.ConnectAsync(), await node.ConnectAsync());
        await stays.WatchTourAsync("t");
        await Eventually.ShouldBeTrueAsync(() => stays.Viewers.LastOrDefault() == new ViewersChanged("t", 1));
        await leaves.WatchTourAsync("t");
        (await stays.WatchTourAsync("t")).Viewers.ShouldBe(2);
        await leaves.Connection.StopAsync();
        await Eventually.ShouldBeTrueAsync(() => stays.Viewers.Count > 1 && stays.Viewers.Last() == new ViewersChanged("t", 1));
    }
}
