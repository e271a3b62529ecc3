using System.Diagnostics;
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
    public async Task Without_connections_nothing_is_waited_for()
    {
        await using var node = await HubNode.StartAsync(configuration: ("RealtimeHub:DrainDelay", "00:00:30"));
        var clock = Stopwatch.StartNew();
        await Task.Run(node.Get<IHostApplicationLifetime>().StopApplication);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(25));
    }

    [Fact]
    public async Task The_drain_ends_when_the_last_connection_leaves_by_itself()
    {
        await using var node = await HubNode.StartAsync(configuration: ("RealtimeHub:DrainDelay", "00:00:30"));
        var client = await HubClient.ConnectAsync(node.Address);
        var stopping = Task.Run(node.Get<IHostApplicationLifetime>().StopApplication);
        await client.DisposeAsync();
        await stopping.WaitAsync(TimeSpan.FromSeconds(25));
    }
}
