using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.Tests.Clients;

/// <summary>A connection by long polling, made of the requests that the stock clients send, but it polls only when it is told to.</summary>
internal sealed class LongPollingClient : IDisposable
{
    public const char Separator = '\u001e';

    private readonly HttpClient _http = new();
    private string _connection = "";

    public static async Task<LongPollingClient> ConnectAsync(string host, string? token = null)
    {
        var client = new LongPollingClient();
        if (token is not null) client._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var hub = host + HubContract.Path;
        var answer = await client._http.PostAsync($"{hub}/negotiate?negotiateVersion=1", null);
        var id = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("connectionToken").GetString()!;
        client._connection = $"{hub}?id={Uri.EscapeDataString(id)}";
        (await client.PollAsync()).ShouldBe("", "the first poll is answered at once");
        await client.SendAsync("""{"protocol":"json","version":1}""");
        return client;
    }

    public async Task SendAsync(string message) =>
        (await _http.PostAsync(_connection, new StringContent(message + Separator))).StatusCode.ShouldBe(HttpStatusCode.OK);

    /// <returns>Null where the hub has ended the connection.</returns>
    public async Task<string?> PollAsync()
    {
        var answer = await _http.GetAsync(_connection);
        if (answer.StatusCode == HttpStatusCode.NoContent) return null;
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <returns>The messages that were left, the last one last.</returns>
    public async Task<string[]> PollToEndAsync()
    {
        var text = new StringBuilder();
        while (await PollAsync() is { } part) text.Append(part);
        return text.ToString().Split(Separator, StringSplitOptions.RemoveEmptyEntries);
    }

    public async Task EndAsync() => (await _http.DeleteAsync(_connection)).StatusCode.ShouldBe(HttpStatusCode.Accepted);

    public void Dispose() => _http.Dispose();
}
