using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace RealtimeTours.Tests.Clients;

/// <summary>The official JavaScript SignalR client in a Node process of its own.</summary>
public sealed class JavaScriptWatcher : IAsyncDisposable
{
    private readonly ConcurrentQueue<JsonElement> _lines = new();
    private readonly Process _process;

    private JavaScriptWatcher(Process process, Action<string, JsonElement>? line)
    {
        _process = process;
        process.OutputDataReceived += (_, output) =>
        {
            if (output.Data is null) return;
            var said = JsonDocument.Parse(output.Data).RootElement;
            _lines.Enqueue(said);
            line?.Invoke(said.GetProperty("method").GetString()!, said.GetProperty("argument"));
        };
        process.ErrorDataReceived += (_, output) => Errors += output.Data;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string? Errors { get; private set; }

    /// <summary>Starts watching and waits for the first snapshots.</summary>
    /// <param name="line">Gets method and argument of everything the hub says, in order.</param>
    /// <param name="transport"><c>WebSockets</c>, <c>ServerSentEvents</c> or <c>LongPolling</c>; the client chooses where nothing is given.</param>
    /// <param name="each">Watches each tour by a call of its own, all at once.</param>
    /// <param name="trusted">See <see cref="NodeScript.Start"/>.</param>
    public static async Task<JavaScriptWatcher> StartAsync(
        string hub, IEnumerable<string> tourIds, string? token = null, Action<string, JsonElement>? line = null, string? transport = null,
        string? trusted = null, bool each = false)
    {
        string[] arguments = ["watch.mjs", hub, string.Join(',', tourIds), token ?? "", transport ?? "", each ? "each" : ""];
        var watcher = new JavaScriptWatcher(NodeScript.Start(arguments, trusted), line);
        await Eventually.ShouldBeTrueAsync(() =>
            watcher._process.HasExited
                ? throw new InvalidOperationException($"watch.mjs ended: {watcher.Errors}")
                : Task.FromResult(watcher.Received("snapshots").Count > 0));
        return watcher;
    }

    /// <summary>The arguments of every call of that hub method, oldest first.</summary>
    public IReadOnlyList<JsonElement> Received(string method) =>
        _lines.Where(line => line.GetProperty("method").GetString() == method).Select(line => line.GetProperty("argument")).ToArray();

    /// <summary>Seats of that departure as this client shows them now: the newest of its snapshots and updates.</summary>
    public int? Seats(string tourId, DateTimeOffset? date)
    {
        int? seats = null;
        foreach (var line in _lines)
        {
            var argument = line.GetProperty("argument");
            var updates = line.GetProperty("method").GetString() switch
            {
                "snapshots" => argument.EnumerateArray().SelectMany(snapshot => snapshot.GetProperty("departures").EnumerateArray()),
                "AvailabilityUpdated" => [argument],
                _ => [],
            };
            foreach (var update in updates)
            {
                if (update.GetProperty("tourId").GetString() == tourId && DateOf(update) == date) seats = update.GetProperty("availableSpots")
                    .GetInt32();
            }
        }
        return seats;
    }

    /// <summary>Writes a line to the script, see <c>watch.mjs</c>.</summary>
    public Task SayAsync(string word) => _process.StandardInput.WriteLineAsync(word);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static DateTimeOffset? DateOf(JsonElement update) =>
        update.GetProperty("date") is { ValueKind: JsonValueKind.String } date ? date.GetDateTimeOffset() : null;
}
