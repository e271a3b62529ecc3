using System.Net;
using System.Text.Json;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.RealtimeHub.Admission;

namespace RealtimeTours.Tests.RealtimeHub.Admission;

/// <summary>Connections by long polling, made of the requests that the stock clients send, but with nothing under way between two polls.</summary>
public sealed class LongPollingLimitTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private HubNode _node = null!;

    public async Task InitializeAsync() => _node = await HubNode.StartAsync(configuration: ("RealtimeHub:MaxConnectionsPerAddress", "3"));

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task A_connection_by_long_polling_counts_between_its_polls_until_it_ends()
    {
        var first = await NegotiateAsync();
        foreach (var connection in new[] { first, await NegotiateAsync(), await NegotiateAsync() })
        {
            (await _http.GetAsync(connection)).StatusCode.ShouldBe(HttpStatusCode.OK); // the first poll is answered at once
            await _http.PostAsync(connection, new StringContent("{\"protocol\":\"json\",\"version\":1}" + HubSocket.Separator));
        }
        await Eventually.ShouldBeTrueAsync(() => _node.Connections == 3);
        _node.Get<OpenTransports>().Count.ShouldBe(3);

        // The limit of negotiations is the same, so somebody who has negotiated nothing shows it.
        await Should.ThrowAsync<Exception>(async () => (await HubSocket.OpenAsync(_node.Address)).Dispose());
        (await _http.GetAsync(first)).StatusCode.ShouldBe(HttpStatusCode.OK); // its own next poll, with the handshake's answer
        (await _http.DeleteAsync(first)).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        await Eventually.ShouldBeTrueAsync(() => _node.Get<OpenTransports>().Count == 2);
        using var next = await HubSocket.OpenAsync(_node.Address);
    }

    private async Task<string> NegotiateAsync()
    {
        var hub = _node.Address + HubContract.Path;
        var answer = await _http.PostAsync($"{hub}/negotiate?negotiateVersion=1", null);
        var token = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("connectionToken").GetString()!;
        return $"{hub}?id={Uri.EscapeDataString(token)}";
    }
}
