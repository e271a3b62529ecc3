using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting;

namespace RealtimeTours.Web.Operations;

/// <summary>
/// <c>replay --consumer realtime-hub --from … --to … [--correlation-id …] [--web http://localhost:3000]</c>: asks a running Web host for a replay, as
/// <see cref="ReplayEvents"/> does it. The token is in <c>OPERATOR_TOKEN</c>, where no list of processes shows it; a host in Development gives one.
/// </summary>
internal static class ReplayCommand
{
    public const string Name = "replay";

    /// <summary>The command line is wrong (EX_USAGE of sysexits.h).</summary>
    public const int UsageError = 64;

    private const string Usage = "usage: replay --consumer <name> --from <time> --to <time> [--correlation-id <id>] [--web http://localhost:3000]";
    private const string TokenVariable = "OPERATOR_TOKEN";

    // As in the events themselves; without an offset it is UTC, never this machine's zone.
    private static readonly string[] Times = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <returns>Exit code: 0 replayed, 1 refused or not reached, <see cref="UsageError"/>.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var (request, web, wrong) = Read(args);
        if (wrong is not null)
        {
            await Console.Error.WriteLineAsync($"{wrong}\n{Usage}");
            return UsageError;
        }
        try
        {
            // A replay of as many events as one may hold takes a while.
            using var client = new HttpClient { BaseAddress = web, Timeout = TimeSpan.FromMinutes(2) };
            return await ReplayAsync(client, request!);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
        {
            await Console.Error.WriteLineAsync($"{web}: {e.Message}");
            return 1;
        }
    }

    /// <returns>What is asked for and where, or one sentence about what is wrong.</returns>
    internal static (ReplayEventsRequest? Request, Uri? Web, string? Wrong) Read(string[] args)
    {
        var options = new Dictionary<string, string> { ["--web"] = $"http://localhost:{ListenAddresses.WebPort}", ["--correlation-id"] = "" };
        for (var i = 0; i < args.Length; i += 2)
        {
            if (args[i] is not ("--consumer" or "--from" or "--to" or "--correlation-id" or "--web")) return Refuse($"'{args[i]}' is no option of replay.");
            if (i + 1 == args.Length || args[i + 1].StartsWith("--", StringComparison.Ordinal)) return Refuse($"{args[i]} needs a value.");
            options[args[i]] = args[i + 1];
        }
        foreach (var needed in (string[])["--consumer", "--from", "--to"])
            if (!options.ContainsKey(needed)) return Refuse($"{needed} is missing.");
        if (!TryReadTime(options["--from"], out var from)) return Refuse(NoTime("--from", options["--from"]));
        if (!TryReadTime(options["--to"], out var to)) return Refuse(NoTime("--to", options["--to"]));
        if (!Uri.TryCreate(options["--web"], UriKind.Absolute, out var web) || web.Scheme is not ("http" or "https"))
            return Refuse($"--web is '{options["--web"]}' but must be the address of a Web host such as http://localhost:{ListenAddresses.WebPort}.");
        return (new ReplayEventsRequest(from, to, options["--consumer"], options["--correlation-id"] is { Length: > 0 } id ? id : null), web, null);
    }

    private static (ReplayEventsRequest?, Uri?, string?) Refuse(string sentence) => (null, null, sentence);

    private static bool TryReadTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    private static string NoTime(string option, string text) =>
        $"{option} is '{text}' but must be a time such as 2026-11-20T10:30:00Z or a day such as 2026-11-20; without an offset it is UTC.";

    private static async Task<int> ReplayAsync(HttpClient client, ReplayEventsRequest request)
    {
        if ((Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } given ? given : await DevelopmentTokenAsync(client)) is not { } token)
        {
            await Console.Error.WriteLineAsync($"Set {TokenVariable} to a token with the role {OperationsModule.Role}: this host gives none itself.");
            return 1;
        }
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.PostAsJsonAsync("/api/events/replay", request, WireJson.Options);
        var body = await answer.Content.ReadAsStringAsync();
        if (answer.IsSuccessStatusCode)
        {
            var replayed = JsonElement.Parse(body).GetProperty("data").Deserialize<ReplayedEvents>(WireJson.Options)!;
            Console.WriteLine($"{replayed.Replayed} events from {request.From:O} to {request.To:O} put into the queue of {replayed.Consumer}");
            return 0;
        }
        await Console.Error.WriteLineAsync($"{(int)answer.StatusCode}: {ErrorOf(body) ?? answer.ReasonPhrase}");
        return 1;
    }

    private static async Task<string?> DevelopmentTokenAsync(HttpClient client)
    {
        using var answer = await client.PostAsJsonAsync("/api/dev/token", new { userId = Environment.UserName, roles = (string[])[OperationsModule.Role] });
        return answer.IsSuccessStatusCode ? JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("token").GetString() : null;
    }

    private static string? ErrorOf(string body)
    {
        try
        {
            return JsonElement.Parse(body).GetProperty("error").GetString();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null; // a proxy's page, or an empty body
        }
    }
}
