using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace RealtimeTours.LoadTest.Watchers;

/// <summary>All connections of a run: gives them sockets, again whenever they lose one, and asks them together.</summary>
internal sealed class WatcherFleet : IDisposable
{
    private const int ConnectingThreads = 8;

    // Milliseconds without a single connection: then there is no hub.
    private const int NobodyWithin = 15_000;

    private readonly BlockingCollection<WatcherConnection> _waiting = [];
    private readonly LoadTestOptions _options;
    private readonly WatcherLoop[] _loops;
    private readonly IPEndPoint[] _addresses;
    private readonly Thread[] _connecting;
    private long _connectFailures;
    private volatile string? _lastFailure;
    private volatile bool _stopping;

    public WatcherFleet(LoadTestOptions options, PublishedStates? published)
    {
        _options = options;
        _addresses = [.. options.Urls.Select(url => new IPEndPoint(AddressOf(url), url.Port))];
        _loops = [.. Enumerable.Range(0, options.Threads).Select(_ => new WatcherLoop(options, published, Reconnect))];
        for (var index = 0; index < options.Connections; index++) _loops[index % _loops.Length].Add(index);
        _connecting = [.. Enumerable.Range(0, ConnectingThreads).Select(_ => new Thread(Connect) { Name = "connecting", IsBackground = true })];
        foreach (var loop in _loops) loop.Start();
        foreach (var thread in _connecting) thread.Start();
    }

    public int Watching => _loops.Sum(loop => loop.Watching);

    public long Deliveries => _loops.Sum(loop => Volatile.Read(ref loop.Figures.Deliveries));

    /// <summary>Connects all and waits until they watch.</summary>
    /// <returns>False where some did not in time.</returns>
    public async Task<bool> ConnectAsync(Action progress)
    {
        foreach (var connection in _loops.SelectMany(loop => loop.Connections).OrderBy(connection => connection.Index)) _waiting.Add(connection);
        return await AllWatchAsync(_options.ConnectWithin, progress);
    }

    public async Task<bool> AllWatchAsync(TimeSpan within, Action progress)
    {
        var deadline = Environment.TickCount64 + within.TotalMilliseconds;
        while (Watching < _options.Connections)
        {
            if (Environment.TickCount64 > deadline
                || (Watching == 0 && Environment.TickCount64 > deadline - within.TotalMilliseconds + NobodyWithin)) return false;
            progress();
            await Task.Delay(10);
        }
        return true;
    }

    /// <summary>Every connection drops and comes back as fast as it can.</summary>
    public Task DropAllAsync() => AskAsync(loop =>
    {
        // Those on their way are the connecting threads' own.
        foreach (var connection in loop.Connections.Where(connection => connection.Phase == Phase.Watching)) connection.Drop(null);
        return 0;
    });

    public Task ReadAllAsync() => AskAsync(loop =>
    {
        loop.ReadAll();
        return 0;
    });

    public Task ResetFiguresAsync() => AskAsync(loop =>
    {
        loop.ResetFigures();
        return 0;
    });

    public async Task<WatcherFigures> FiguresAsync()
    {
        var sum = new WatcherFigures { Failures = Interlocked.Read(ref _connectFailures) };
        foreach (var figures in await AskAsync(loop => loop.Figures)) sum.Add(figures);
        if (_lastFailure is { } failure) sum.Example(failure);
        return sum;
    }

    /// <summary>The highest version of every departure that any connection was given.</summary>
    public async Task<IReadOnlyList<ExpectedState>> HighestSeenAsync() =>
        [.. (await AskAsync(loop => loop.Departures.Seen.ToArray())).SelectMany(seen => seen).GroupBy(seen => seen.Key)
            .Select(group => new ExpectedState(group.Key, group.First().Tour, group.Max(seen => seen.Highest)))];

    /// <summary>How many states the connections lack, and when (UTC ticks) the last change came to any.</summary>
    public async Task<(long Missing, long LastChange)> CompareAsync(IReadOnlyList<ExpectedState> expected)
    {
        var answers = await AskAsync(loop =>
        {
            var byTour = expected.ToLookup(state => state.Tour, state => (Number: loop.Departures.NumberOf(state.Departure), state.Version));
            long missing = 0, last = 0;
            foreach (var connection in loop.Connections)
            {
                last = Math.Max(last, connection.LastChange);
                foreach (var tour in connection.Tours)
                    foreach (var (number, version) in byTour[tour])
                        if (connection.Phase != Phase.Watching || connection.States.VersionOf(number) < version) missing++;
            }
            return (missing, last);
        });
        return (answers.Sum(answer => answer.missing), answers.Max(answer => answer.last));
    }

    public void Dispose()
    {
        _stopping = true;
        _waiting.CompleteAdding();
        foreach (var thread in _connecting) thread.Join();
        foreach (var loop in _loops) loop.Dispose();
    }

    private Task<T[]> AskAsync<T>(Func<WatcherLoop, T> question) => Task.WhenAll(_loops.Select(loop => loop.AskAsync(() => question(loop))));

    // At once after an avalanche, else after a time that grows and is never the same for two.
    private void Reconnect(WatcherConnection connection)
    {
        var delay = connection.Attempts == 0 ? 0 : Random.Shared.Next(Math.Min(5_000, 500 << Math.Min(connection.Attempts - 1, 5)));
        if (delay == 0) Enqueue();
        else Task.Delay(delay).ContinueWith(_ => Enqueue(), TaskScheduler.Default);

        void Enqueue()
        {
            try
            {
                _waiting.Add(connection);
            }
            catch (InvalidOperationException)
            {
                // the run is over
            }
        }
    }

    private void Connect()
    {
        foreach (var connection in _waiting.GetConsumingEnumerable())
        {
            if (_stopping) return;
            var node = (connection.Index + connection.Attempts) % _addresses.Length; // a node that is gone sends its clients to the next
            var address = _addresses[node];
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                if (connection.StopsReading) MakeNarrow(socket);
                socket.Connect(address);
                socket.Blocking = false;
                _loops[connection.Index % _loops.Length].Attach(connection, socket, _options.Urls[node]);
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                Interlocked.Increment(ref _connectFailures);
                _lastFailure = $"connection {connection.Index}: connecting to {address} failed: {e.Message}";
                socket.Dispose();
                connection.Attempts++;
                Reconnect(connection);
            }
        }
    }

    /// <summary>
    /// As over a bad line. On loopback a segment has 64 KB, and the kernel's buffers, which follow from it, would hold megabytes before the hub
    /// noticed.
    /// </summary>
    private static void MakeNarrow(Socket socket)
    {
        socket.ReceiveBufferSize = 4096;
        const int Tcp = 6, MaxSegment = 2;
        if (OperatingSystem.IsLinux()) socket.SetRawSocketOption(Tcp, MaxSegment, BitConverter.GetBytes(536));
    }

    private static IPAddress AddressOf(Uri url) =>
        Dns.GetHostAddresses(url.DnsSafeHost).OrderBy(address => address.AddressFamily == AddressFamily.InterNetworkV6).First();
}
