using System.Globalization;
using System.Net;

namespace RealtimeTours.LoadTest;

/// <summary>What cannot be used on the command line; the message is one sentence.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>From arguments to options.</summary>
internal static class CommandLine
{
    public const string Usage = """
        usage: dotnet run -c Release --project tests/LoadTest -- --url http://localhost:3007 [--url …] [options]

          --scenario NAME           fanout (default), many-tours, burst, idle, avalanche, slow, list-page
          --connections N           100
          --tours N                 1; 1,000 in many-tours, 200 in slow and list-page, 100 in avalanche
          --watch-per-connection N  1; 200 in list-page
          --rate N                  events a second over all tours: 10; 500 in many-tours and slow, 50 in avalanche and list-page
          --duration S              10
          --burst N                 events of the burst scenario: 2000
          --publish amqp://…        publishes the events through this RabbitMQ; without it the test only listens
          --listen-only             says so explicitly
          --exchange NAME           tour_booking_events
          --tour-prefix TEXT        tours are called TEXT0, TEXT1, …; random, so that a test finds no states of an earlier one
          --tour-ids A,B,…          watches (and changes!) these tours instead
          --token TEXT              connects as a signed-in user
          --settle S                time for the last states to arrive after the last event: 10
          --threads N               threads that read: a quarter of the cores
          --hub-pid N               reports CPU time and memory of this process too; several are added up; idle says little without it
          --json FILE               writes the report as JSON too
          --allow-remote            allows addresses other than this machine's own

        A hub may allow one address only so many connections: start it with RealtimeHub__MaxConnectionsPerAddress=0 for more than that.

        exit code: 0 all is well; 1 states were lost or went back, or connections failed; 2 the test could not run; 64 wrong arguments
        """;

    private static readonly string[] Flags = ["--listen-only", "--allow-remote"];

    private static readonly string[] Names =
    [
        "--url", "--scenario", "--connections", "--tours", "--watch-per-connection", "--rate", "--duration", "--burst", "--publish", "--exchange",
        "--tour-prefix", "--tour-ids", "--token", "--settle", "--threads", "--hub-pid", "--json",
    ];

    /// <exception cref="UsageException">The arguments cannot be used.</exception>
    public static LoadTestOptions Read(IReadOnlyList<string> arguments)
    {
        var given = Collect(arguments);
        var allowRemote = given.ContainsKey("--allow-remote");
        var scenario = Single("--scenario") is { } name
            ? Enum.GetValues<Scenario>().Cast<Scenario?>().FirstOrDefault(value => NameOf(value!.Value) == name)
                ?? throw new UsageException($"--scenario is {name}; it must be one of {string.Join(", ", Enum.GetValues<Scenario>().Select(NameOf))}.")
            : Scenario.Fanout;
        var urls = given.GetValueOrDefault("--url", []).ConvertAll(url => Address("--url", url, "http", allowRemote));
        if (urls.Count == 0) throw new UsageException("--url is missing: the address of the hub, such as http://localhost:3007.");
        var publish = Single("--publish") is { } broker ? Address("--publish", broker, "amqp", allowRemote) : null;
        if (publish is not null && given.ContainsKey("--listen-only")) throw new UsageException("--publish and --listen-only exclude each other.");
        if (publish is null && scenario == Scenario.Burst) throw new UsageException("The burst scenario needs --publish: it publishes the burst itself.");

        var tours = Number("--tours", scenario switch { Scenario.ManyTours => 1_000, Scenario.ListPage or Scenario.Slow => 200, Scenario.Avalanche => 100, _ => 1 }, 1, 1_000_000);
        return new LoadTestOptions
        {
            Urls = urls,
            Scenario = scenario,
            Connections = Number("--connections", 100, 1, 200_000),
            Tours = Single("--tour-ids") is { } ids
                ? TourNames.Given(ids.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                : TourNames.Numbered(Single("--tour-prefix") ?? $"l{Random.Shared.Next(0x10000):x4}-", tours),
            WatchPerConnection = Number("--watch-per-connection", scenario == Scenario.ListPage ? 200 : 1, 1, 1_000),
            Rate = Real("--rate", scenario switch { Scenario.ManyTours or Scenario.Slow => 500, Scenario.Avalanche or Scenario.ListPage => 50, _ => 10 }, 0, 1_000_000),
            Duration = TimeSpan.FromSeconds(Real("--duration", 10, 0.1, 86_400)),
            Burst = Number("--burst", 2_000, 1, 1_000_000),
            Publish = scenario == Scenario.Idle ? null : publish,
            Exchange = Single("--exchange") ?? "tour_booking_events",
            Token = Single("--token"),
            JsonFile = Single("--json"),
            HubPids = given.GetValueOrDefault("--hub-pid", []).ConvertAll(pid => Parse("--hub-pid", pid, 1, int.MaxValue)),
            Settle = TimeSpan.FromSeconds(Real("--settle", 10, 0.1, 600)),
            Threads = Number("--threads", Math.Clamp(Environment.ProcessorCount / 4, 1, 8), 1, 64),
        };

        string? Single(string key) => given.TryGetValue(key, out var values)
            ? values.Count == 1 ? values[0] : throw new UsageException($"{key} is given {values.Count} times.")
            : null;

        int Number(string key, int otherwise, int min, int max) => Single(key) is { } text ? Parse(key, text, min, max) : otherwise;

        double Real(string key, double otherwise, double min, double max) => Single(key) is not { } text
            ? otherwise
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
                ? value
                : throw new UsageException($"{key} is {text}; it must be a number from {min} to {max}.");
    }

    public static string NameOf(Scenario scenario) => scenario switch
    {
        Scenario.ManyTours => "many-tours",
        Scenario.ListPage => "list-page",
        _ => scenario.ToString().ToLowerInvariant(),
    };

    private static Dictionary<string, List<string>> Collect(IReadOnlyList<string> arguments)
    {
        var given = new Dictionary<string, List<string>>();
        for (var index = 0; index < arguments.Count; index++)
        {
            // --name value and --name=value
            var (key, value) = arguments[index].Split('=', 2) is [var left, var right] ? (left, right) : (arguments[index], null);
            if (!Flags.Contains(key))
            {
                if (!Names.Contains(key)) throw new UsageException($"{key} is unknown.");
                value ??= ++index < arguments.Count ? arguments[index] : throw new UsageException($"{key} needs a value.");
            }
            if (!given.TryGetValue(key, out var values)) given[key] = values = [];
            values.Add(value ?? "");
        }
        return given;
    }

    private static int Parse(string key, string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw new UsageException($"{key} is {text}; it must be a whole number from {min} to {max}.");

    private static Uri Address(string key, string text, string scheme, bool allowRemote)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme != scheme)
            throw new UsageException($"{key} must be an address that begins with {scheme}:// (TLS belongs to the load balancer: point the test behind it).");
        // A load test that reaches somebody else's server by mistake is an attack.
        if (!allowRemote && !IsLoopback(address)) throw new UsageException($"{key} points to {address.Host}, which is not this machine; --allow-remote allows it.");
        return address;
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
