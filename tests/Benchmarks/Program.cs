using System.Globalization;
using RealtimeTours.Benchmarks;
using RealtimeTours.Benchmarks.Peers;
using RealtimeTours.Benchmarks.Reads;

const string Usage = """
    usage: dotnet run -c Release --project tests/Benchmarks -- round-trip [bookings]
           dotnet run -c Release --project tests/Benchmarks -- bookings [seconds] [rounds]
           dotnet run -c Release --project tests/Benchmarks -- peers [--connections 1000] [--seconds 6] [--rounds 3] [--highest-rate]
           dotnet run -c Release --project tests/Benchmarks -- reads [--seconds 8] [--rounds 3]
           dotnet run -c Release --project tests/Benchmarks -- sync [products]
           dotnet run -c Release --project tests/Benchmarks -- completion [bookings]
    """;

int Number(string name, int otherwise) =>
    Array.IndexOf(args, name) is >= 0 and var at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;

switch (args)
{
    case ["round-trip", .. var rest]:
        await BookingRoundTrip.RunAsync(bookings: rest is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 300);
        return 0;
    case ["bookings", .. var rest]:
        int[] numbers = [.. rest.Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        await BookingThroughput.RunAsync(seconds: numbers is [var length, ..] ? length : 6, rounds: numbers is [_, var times] ? times : 3);
        return 0;
    case ["peers", .. var rest]:
        await new ComparePeers(Number("--connections", 1_000), Number("--seconds", 6), Number("--rounds", 3), rest.Contains("--highest-rate"))
            .RunAsync();
        return 0;
    case ["reads", ..]:
        await new CompareReads(Number("--seconds", 8), Number("--rounds", 3)).RunAsync();
        return 0;
    case ["sync", .. var rest]:
        await using (var sync = new SyncAtScale(products: rest is [var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 1_000))
            await sync.RunAsync();
        return 0;
    case ["completion", .. var rest]:
        await CompletionRun.RunAsync(bookings: rest is [var completed] ? int.Parse(completed, CultureInfo.InvariantCulture) : 10_000);
        return 0;
    // What the comparisons start as processes of their own:
    case ["stock-signalr-server", var port, var rabbitMq, var exchange, var redis]:
        await StockSignalRServer.RunAsync(port, rabbitMq, exchange, redis);
        return 0;
    case ["bare-server", var port, var rabbitMq, var exchange]:
        await BareSocketServer.RunAsync(port, rabbitMq, exchange);
        return 0;
    case ["empty-endpoint-server", var port, var bytesFile]:
        await EmptyEndpointServer.RunAsync(port, bytesFile);
        return 0;
    default:
        await Console.Error.WriteLineAsync(Usage);
        return 64;
}
