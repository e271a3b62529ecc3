using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting;

namespace RealtimeTours.Web.Operations;

/// <summary>
/// <c>replay --consumer realtime-hub --from … --to … [--correlation-id …] [--web http://localhost:3000]</c>: asks a running Web host for a replay,
/// see <see cref="ReplayEvents"/>. Reads the token from <c>OPERATOR_TOKEN</c>, which a list of processes does not show; in Development the host
/// issues one.
/// </summary>
internal static class ReplayCommand
{
    public const string Name = "replay";

    /// <summary>Exit code for a wrong command line (EX_USAGE of sysexits.h).</summary>
    public const int UsageError = 64;

    private const string TokenVariable = "OPERATOR_TOKEN";

    // The formats of event timestamps. Without an offset a time is UTC, not this machine's time zone.
    private static readonly string[] Times = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private static readonly Option<string> Consumer =
        new("--consumer") { Required = true, Description = "Whose queue they are put into, such as realtime-hub." };
    private static readonly Option<DateTimeOffset> From =
        new("--from") { Required = true, CustomParser = ReadTime, Description = "The first time, by the events' own timestamps." };
    private static readonly Option<DateTimeOffset> To =
        new("--to") { Required = true, CustomParser = ReadTime, Description = "The time after the last." };
    private static readonly Option<string?> CorrelationId = new("--correlation-id") { Description = "Only what this request caused." };
    private static readonly Option<Uri> Web = new("--web")
    {
        CustomParser = ReadAddress, DefaultValueFactory = _ =>
            new Uri($"http://localhost:{ListenAddresses.WebPort}"), Description = "The running Web host.",
    };

    /// <returns>Exit code: 0 replayed, 1 refused or not reachable, <see cref="UsageError"/>.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var command = Command();
        command.SetAction((line, _) => AskAsync(line.GetValue(Web)!, Request(line)));
        var line = command.Parse(args);
        if (line.Action is ParseErrorAction wrong) wrong.ShowHelp = false; // only --help shows it
        var exitCode = await line.InvokeAsync();
        return line.Errors.Count > 0 ? UsageError : exitCode;
    }

    internal static RootCommand Command() =>
        new("Puts a span of logged events into one consumer's queue again.") { Consumer, From, To, CorrelationId, Web };

    internal static ReplayEventsRequest Request(ParseResult line) =>
        new(line.GetValue(From), line.GetValue(To), line.GetValue(Consumer)!, line.GetValue(CorrelationId));

    private static DateTimeOffset ReadTime(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (!DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            argument.AddError($"'{text}' is no time such as 2026-11-20T10:30:00Z, nor a day such as 2026-11-20; without an offset it is UTC.");
        return time;
    }

    private static Uri? ReadAddress(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var web) && web.Scheme is "http" or "https") return web;
        argument.AddError($"'{text}' is no address of a Web host such as http://localhost:{ListenAddresses.WebPort}.");
        return null;
    }

    private static async Task<int> AskAsync(Uri web, ReplayEventsRequest request)
    {
        try
        {
            // A replay of the maximum number of events takes a while.
            using var client = new HttpClient { BaseAddress = new Uri($"{web.AbsoluteUri.TrimEnd('/')}/"), Timeout = TimeSpan.FromMinutes(2) };
            return await ReplayAsync(client, request);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
        {
            await Console.Error.WriteLineAsync($"{web}: {e.Message}");
            return 1;
        }
    }

    private static async Task<int> ReplayAsync(HttpClient client, ReplayEventsRequest request)
    {
        if ((Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } given ? given
            : await DevelopmentTokenAsync(client)) is not { } token)
        {
            await Console.Error.WriteLineAsync($"Set {TokenVariable} to a token with the role {Roles.Operator}: this host gives none itself.");
            return 1;
        }
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.PostAsJsonAsync("api/events/replay", request, WireJson.Options);
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
        using var answer = await client.PostAsJsonAsync("api/dev/token", new { userId = Environment.UserName, roles = (string[])[Roles.Operator] });
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
            return null; // the body is a proxy's page, or empty
        }
    }
}
