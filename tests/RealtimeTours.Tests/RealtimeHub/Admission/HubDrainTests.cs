using System.Net;
using System.Net.WebSockets;
using Microsoft.Extensions.Hosting;
using RealtimeTours.Tests.Clients;

namespace RealtimeTours.Tests.RealtimeHub.Admission;

public class HubDrainTests
{
    [Fact]
    public async Task A_node_that_is_asked_to_stop_serves_on_then_sends_its_clients_elsewhere_and_lets_nobody_in()
    {
        await using var node =
            await HubNode.StartAsync(configuration: [("RealtimeHub:DrainDelay", "00:00:08"), ("RealtimeHub:HandshakeTimeout", "00:01:00")]);
        await using var client = await HubClient.ConnectAsync(node.Address, reconnect: true);
        using var silent = await HubSocket.OpenAsync(node.Address, handshake: false);
        var reconnecting = new TaskCompletionSource();
        client.Connection.Reconnecting += _ =>
        {
            reconnecting.TrySetResult();
            return Task.CompletedTask;
        };
        await client.WatchTourAsync("t");
        using var http = new HttpClient();
        (await http.GetAsync($"{node.Address}/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var stopping = Task.Run(node.Get<IHostApplicationLifetime>().StopApplication);

        await Eventually.ShouldBeTrueAsync(
            async () => (await http.GetAsync($"{node.Address}/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable);
        await node.UpdateAsync("t", 5);
        await Eventually.ShouldBeTrueAsync(() => client.Updates.LastOrDefault()?.AvailableSpots == 5);
        using (await HubSocket.OpenAsync(node.Address)) reconnecting.Task.IsCompleted.ShouldBeFalse("load balancers have not noticed yet");
        await reconnecting.Task.WaitAsync(TimeSpan.FromSeconds(60));
        // The socket that never shook hands keeps the node busy.
        (await Should.ThrowAsync<WebSocketException>(() => HubSocket.OpenAsync(node.Address))).Message.ShouldContain("503");
        (await http.PostAsync($"{node.Address}/hubs/availability/negotiate", null)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        silent.Dispose();
        await stopping.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_node_without_connections_still_takes_newcomers_until_load_balancers_have_noticed()
    {
        await using var node = await HubNode.StartAsync(configuration: ("RealtimeHub:DrainDelay", "00:00:10"));
        using var http = new HttpClient();

        var stopping = Task.Run(node.Get<IHostApplicationLifetime>().StopApplication);

        await Eventually.ShouldBeTrueAsync(
            async () => (await http.GetAsync($"{node.Address}/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable);
        await using (var newcomer = await HubClient.ConnectAsync(node.Address)) (await newcomer.WatchTourAsync("t")).TourId.ShouldBe("t");
        (await HubClient.ConnectAsync(node.Address)).ShouldNotBeNull("the first one's end did not end the delay");
        await stopping.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task The_drain_ends_when_the_last_connection_leaves_by_itself()
    {
        await using var node =
            await HubNode.StartAsync(configuration: [("RealtimeHub:DrainPeriod", "00:05:00"), ("RealtimeHub:HandshakeTimeout", "00:01:00")]);
        var silent = await HubSocket.OpenAsync(node.Address, handshake: false);
        var stopping = Task.Run(node.Get<IHostApplicationLifetime>().StopApplication);
        silent.Dispose();
        await stopping.WaitAsync(TimeSpan.FromSeconds(60));
    }
}
