using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Numerics;

namespace RealtimeTours.LoadTest;

/// <summary>What cannot be used on the command line; the message is one sentence.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>From arguments to options.</summary>
internal static class CommandLine
{
    private static readonly Option<bool> AllowRemote = new("--allow-remote") { Description = "Allows addresses other than this machine's own." };
    private static readonly Option<Uri[]> Url = new("--url")
    {
        Required = true, CustomParser = argument => [.. argument.Tokens.Select(token => Address(argument, token.Value, "http"))],
        Description = "Address of the hub; several for several nodes.",
    };
    private static readonly Option<string?> ScenarioName = new("--scenario") { Description = "What is tried." };
    private static readonly Option<int> Connections = Number("--connections", 100, 1, 200_000, "How many.");
    private static readonly Option<int?> Tours =
        Number<int>("--tours", 1, 1_000_000, "1; 1,000 in many-tours, 200 in slow and list-page, 100 in avalanche.");
    private static readonly Option<int?> WatchPerConnection = Number<int>("--watch-per-connection", 1, 1_000, "Tours: 1; 200 in list-page.");
    private static readonly Option<double?> Rate =
        Number<double>("--rate", 0, 1_000_000, "Events a second over all tours: 10; 500 in many-tours and slow, 50 in avalanche and list-page.");
    private static readonly Option<double> Duration = Number("--duration", 10.0, 0.1, 86_400, "Seconds.");
    private static readonly Option<int> Burst = Number("--burst", 2_000, 1, 1_000_000, "Events of the burst scenario.");
    private static readonly Option<Uri?> Publish = new("--publish")
    {
        CustomParser = argument => Address(argument, argument.Tokens.Single().Value, "amqp"),
        Description = "Publishes the events through this RabbitMQ; without it the test only listens.",
    };
    private static readonly Option<bool> ListenOnly = new("--listen-only") { Description = "Says so explicitly." };
    private static readonly Option<string> Exchange =
        new("--exchange") { DefaultValueFactory = _ => "tour_booking_events", Description = "Where the events are published." };
    private static readonly Option<string?> TourPrefix = new("--tour-prefix")
    {
        Description = "Tours are called TEXT0, TEXT1, …; random, so that a test finds no states of an earlier one.",
    };
    private static readonly Option<string?> TourIds = new("--tour-ids") { Description = "Watches (and changes!) these tours instead: A,B,…" };
    private static readonly Option<string?> Token = new("--token") { Description = "Connects as a signed-in user." };
    private static readonly Option<double> Settle = Number("--settle", 10.0, 0.1, 600, "Seconds for the last states to arrive after the last event.");
    private static readonly Option<int> Threads =
        Number("--threads", Math.Clamp(Environment.ProcessorCount / 4, 1, 8), 1, 64, "Threads that read: a quarter of the cores.");
    private static readonly Option<int[]> HubPids = new("--hub-pid")
    {
        Description = "Reports CPU time and memory of this process too; several are added up; idle says little without it.",
    };
    private static readonly Option<string?> Json = new("--json") { Description = "Writes the report as JSON into this file too." };

    /// <summary>Runs the test that the arguments describe.</summary>
    /// <returns>Exit code: that of the run; 0 after <c>--help</c>.</returns>
    /// <exception cref="UsageException">The arguments cannot be used.</exception>
    public static Task<int> InvokeAsync(string[] arguments, Func<LoadTestOptions, Task<int>> run)
    {
        var command = Command();
        command.SetAction((line, _) => run(Options(line)));
        var line = Checked(command.Parse(arguments));
        return line.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    /// <exception cref="UsageException">The arguments cannot be used.</exception>
    public static LoadTestOptions Read(IReadOnlyList<string> arguments) => Options(Checked(Command().Parse(arguments)));

    public static string NameOf(Scenario scenario) => scenario switch
    {
        Scenario.ManyTours => "many-tours",
        Scenario.ListPage => "list-page",
        _ => scenario.ToString().ToLowerInvariant(),
    };

    private static RootCommand Command()
    {
        ScenarioName.AcceptOnlyFromAmong([.. Enum.GetValues<Scenario>().Select(NameOf)]);
        return new RootCommand(
            """
            Load-tests hubs. A hub may allow one address only so many connections:
            start it with RealtimeHub__MaxConnectionsPerAddress=0 for more than that.
            Exit code: 0 all is well; 1 states were lost or went back, or connections failed; 2 the test could not run; 64 wrong arguments.
            """)
        {
            Url, ScenarioName, Connections, Tours, WatchPerConnection, Rate, Duration, Burst, Publish, ListenOnly, Exchange, TourPrefix, TourIds,
            Token, Settle,
            Threads, HubPids, Json, AllowRemote,
        };
    }

    private static ParseResult Checked(ParseResult line) => line.Errors is [var first, ..] ? throw new UsageException(first.Message) : line;

    private static LoadTestOptions Options(ParseResult line)
    {
        var scenario = Enum.GetValues<Scenario>().FirstOrDefault(scenario => NameOf(scenario) == line.GetValue(ScenarioName), Scenario.Fanout);
        var publish = line.GetValue(Publish);
        if (publish is not null && line.GetValue(ListenOnly)) throw new UsageException("--publish and --listen-only exclude each other.");
        if (publish is null && scenario == Scenario.Burst)
            throw new UsageException("The burst scenario needs --publish: it publishes the burst itself.");
        // A load test that reaches somebody else's server by mistake is an attack.
        if (!line.GetValue(AllowRemote)
            && line.GetValue(Url)!.Append(publish).FirstOrDefault(address => address is not null && !IsLoopback(address)) is { } remote)
            throw new UsageException($"{remote.Host} is not this machine; --allow-remote allows it.");

        var tours = line.GetValue(Tours)
            ?? scenario switch { Scenario.ManyTours => 1_000, Scenario.ListPage or Scenario.Slow => 200, Scenario.Avalanche => 100, _ => 1 };
        return new LoadTestOptions
        {
            Urls = line.GetValue(Url)!,
            Scenario = scenario,
            Connections = line.GetValue(Connections),
            Tours = line.GetValue(TourIds) is { } ids
                ? TourNames.Given(ids.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                : TourNames.Numbered(line.GetValue(TourPrefix) ?? $"l{Random.Shared.Next(0x10000):x4}-", tours),
            WatchPerConnection = line.GetValue(WatchPerConnection) ?? (scenario == Scenario.ListPage ? 200 : 1),
            Rate = line.GetValue(Rate)
                ?? scenario switch { Scenario.ManyTours or Scenario.Slow => 500, Scenario.Avalanche or Scenario.ListPage => 50, _ => 10 },
            Duration = TimeSpan.FromSeconds(line.GetValue(Duration)),
            Burst = line.GetValue(Burst),
            Publish = scenario == Scenario.Idle ? null : publish,
            Exchange = line.GetValue(Exchange)!,
            Token = line.GetValue(Token),
            JsonFile = line.GetValue(Json),
            HubPids = line.GetValue(HubPids) ?? [],
            Settle = TimeSpan.FromSeconds(line.GetValue(Settle)),
            Threads = line.GetValue(Threads),
        };
    }

    private static Option<T> Number<T>(string name, T otherwise, T min, T max, string description) where T : struct, INumber<T> =>
        new(name) { Description = description, DefaultValueFactory = _ => otherwise, CustomParser = argument => Read(argument, name, min, max) };

    /// <summary>A number whose default depends on the scenario.</summary>
    private static Option<T?> Number<T>(string name, T min, T max, string description) where T : struct, INumber<T> =>
        new(name) { Description = description, CustomParser = argument => Read(argument, name, min, max) };

    private static T Read<T>(ArgumentResult argument, string name, T min, T max) where T : struct, INumber<T>
    {
        var text = argument.Tokens.Single().Value;
        if (!T.TryParse(text, CultureInfo.InvariantCulture, out var value) || value < min || value > max)
            argument.AddError($"{name} is {text}; it must be a number from {min} to {max}.");
        return value;
    }

    private static Uri Address(ArgumentResult argument, string text, string scheme)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == scheme) return address;
        argument.AddError($"'{text}' must be an address that begins with {scheme}:// (TLS belongs to the load balancer: point the test behind it).");
        return new Uri($"{scheme}://localhost");
    }

    private static bool IsLoopback(Uri address)
    {
        try
        {
            return Dns.GetHostAddresses(address.DnsSafeHost) is { Length: > 0 } found && found.All(IPAddress.IsLoopback);
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
