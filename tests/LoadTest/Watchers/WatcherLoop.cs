using System.Collections.Concurrent;
using System.Net.Sockets;

namespace RealtimeTours.LoadTest.Watchers;

/// <summary>One thread that reads a share of the connections. All they know is its own, so nothing is locked.</summary>
internal sealed class WatcherLoop : IDisposable
{
    // 1 MB message, its header, and room to read.
    private const int BufferSize = 2 << 20;
    private const int PingEvery = 10_000, OpenWithin = 15_000;

    private readonly ConcurrentQueue<Action> _requests = new();

    // Given away only between two readings: what is given away belongs to another thread.
    private readonly ConcurrentQueue<WatcherConnection> _left = new();
    private readonly Readiness _readiness = Readiness.Create();
    private readonly List<WatcherConnection> _connections = [];
    private readonly Action<WatcherConnection> _connect;
    private readonly Thread _thread;
    private volatile bool _stopping;
    private int _watching;

    /// <param name="connect">Gives a connection that is away a new socket, some time.</param>
    public WatcherLoop(LoadTestOptions options, PublishedStates? published, Action<WatcherConnection> connect)
    {
        (Options, Published, _connect) = (options, published, connect);
        Departures = new Departures(options.Tours);
        _thread = new Thread(Run) { Name = "watchers", IsBackground = true };
    }

    public LoadTestOptions Options { get; }

    /// <summary>Null where the events are somebody else's.</summary>
    public PublishedStates? Published { get; }

    public Departures Departures { get; }

    public WatcherFigures Figures { get; private set; } = new();

    /// <summary>UTC ticks when the bytes being read arrived.</summary>
    public long Now { get; set; }

    public int Watching => Volatile.Read(ref _watching);

    public IReadOnlyList<WatcherConnection> Connections => _connections;

    /// <summary>Before it starts.</summary>
    public void Add(int index) => _connections.Add(new WatcherConnection(this, index, Options.ToursOf(index), Options.StopsReading(index)));

    public void Start() => _thread.Start();

    /// <summary>Runs something on the loop's thread.</summary>
    public Task<T> AskAsync<T>(Func<T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Enqueue(() =>
        {
            try
            {
                answer.SetResult(question());
            }
            catch (Exception e)
            {
                answer.SetException(e);
            }
        });
        return answer.Task;
    }

    /// <summary>Begins to count anew; on the loop's thread.</summary>
    public void ResetFigures() => Figures = new WatcherFigures { Opened = Figures.Opened, Failures = Figures.Failures, Refusals = Figures.Refusals };

    /// <summary>The slow ones read again; on the loop's thread.</summary>
    public void ReadAll()
    {
        foreach (var connection in _connections)
            if (connection is { StopsReading: true, Phase: Phase.Watching }) _readiness.Add(connection.Socket!, IndexOf(connection));
        SlowOnesRead = true;
    }

    public bool SlowOnesRead { get; private set; }

    /// <summary>From the connecting thread.</summary>
    public void Attach(WatcherConnection connection, Socket socket, Uri url)
    {
        connection.Attach(socket, url);
        if (connection.Socket is not null) _readiness.Add(socket, IndexOf(connection));
    }

    /// <summary>The connection watches its tours.</summary>
    public void Watches(WatcherConnection connection)
    {
        Figures.Opened++;
        Volatile.Write(ref _watching, _watching + 1);
        if (connection.StopsReading && !SlowOnesRead) _readiness.Remove(connection.Socket!);
    }

    /// <summary>The connection loses its socket.</summary>
    /// <param name="reason">Null where the test itself dropped it.</param>
    public void Leave(WatcherConnection connection, Phase phase, string? reason)
    {
        _readiness.Remove(connection.Socket!);
        if (phase == Phase.Watching)
        {
            Volatile.Write(ref _watching, _watching - 1);
            Figures.Reconnects++;
        }
        else Figures.Failures++;
        if (_stopping) return;
        if (reason is not null) Figures.Example($"connection {connection.Index}: {reason}");
        connection.Attempts = reason is null ? 0 : connection.Attempts + 1;
        _left.Enqueue(connection);
    }

    public void Dispose()
    {
        _stopping = true;
        if (_thread.ThreadState != ThreadState.Unstarted) _thread.Join();
        foreach (var connection in _connections) connection.Drop(null);
        _readiness.Dispose();
    }

    // Connections are dealt out in turn, so the place follows from the index.
    private int IndexOf(WatcherConnection connection) => connection.Index / Options.Threads;

    private void Run()
    {
        var buffer = new byte[BufferSize];
        var ready = new int[512];
        var nextSecond = Environment.TickCount64 + 1_000;
        for (var second = 0; !_stopping;)
        {
            var count = _readiness.Wait(ready, milliseconds: 10);
            foreach (var key in ready.AsSpan(0, count)) _connections[key].Read(buffer);
            while (_requests.TryDequeue(out var request)) request();
            while (_left.TryDequeue(out var connection)) _connect(connection);
            if (Environment.TickCount64 < nextSecond) continue;
            nextSecond += 1_000;
            EverySecond(second++);
        }
    }

    private void EverySecond(int second)
    {
        foreach (var connection in _connections)
        {
            if (connection.Phase == Phase.Watching && Options.Protocol.KeepAlive is { } ping
                && (second + connection.Index) % (PingEvery / 1_000) == 0)
                connection.Send(ping);
            else if (connection.Phase is Phase.Opening or Phase.Joining && Environment.TickCount64 - connection.Since > OpenWithin)
                connection.Drop($"not watching after {OpenWithin / 1_000} s");
        }
    }
}
