using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace RealtimeTours.Tests.Servers;

/// <summary>A private server process of the tests: own port, own folder, killed by its id. A missing program fails loudly.</summary>
public abstract class ServerProcess : IAsyncDisposable
{
    private static int _lastPort = Random.Shared.Next(20_000);

    private Process? _process;
    private ProcessGuard? _guard;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    public int Port { get; } = FreePort();

    public bool Running => _process is not null;

    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("It is not running.");

    /// <summary>Everything it has written to its standard output so far.</summary>
    public string Log => ReadLog(Path.Combine(Folder, "server.log"));

    /// <summary>Everything it has written to its standard error so far.</summary>
    public string Errors => ReadLog(Path.Combine(Folder, "server.log.err"));

    protected abstract ProcessStartInfo Command();

    protected abstract Task<bool> IsReadyAsync();

    protected virtual TimeSpan ReadyWithin => TimeSpan.FromMinutes(3);

    /// <summary>Starts the process on the same port and data as before, and waits until it answers.</summary>
    public virtual async Task StartAsync()
    {
        var command = Command();
        if (!File.Exists(command.FileName))
            throw new InvalidOperationException($"{command.FileName} is missing. ./test.sh installs what the tests need.");
        var log = Path.Combine(Folder, "server.log");
        command.RedirectStandardOutput = command.RedirectStandardError = true;
        _process = Process.Start(command)!;
        _guard = new ProcessGuard(_process.Id);
        _ = CopyAsync(_process.StandardOutput, log);
        _ = CopyAsync(_process.StandardError, log + ".err");
        var deadline = DateTime.UtcNow + ReadyWithin;
        while (!await IsReadyAsync())
        {
            if (_process.HasExited || DateTime.UtcNow > deadline)
                throw new InvalidOperationException($"{command.FileName} did not start; its log is {log}:\n{ReadLog(log)}");
            await Task.Delay(50);
        }
    }

    /// <param name="signal">Such as <c>STOP</c>, after which it stands still until <c>CONT</c>.</param>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("/bin/kill", [$"-{signal}", $"{ProcessId}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Ends it as a power cut would: <c>kill -9</c> on the process and its children.</summary>
    public virtual async Task KillAsync()
    {
        if (_process is null) return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        Ended();
    }

    public virtual async ValueTask DisposeAsync()
    {
        await KillAsync();
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (IOException)
        {
            // a file that a dying child still holds; the folder is temporary
        }
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// A port that nobody has now. Below the range that the system gives to outgoing connections, so that none of those takes it meanwhile.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = 10_000 + Interlocked.Increment(ref _lastPort) % 20_000;
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // taken; the next one
            }
        }
    }

    protected async Task<bool> AcceptsConnectionsAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Ended()
    {
        _guard?.Dispose();
        _guard = null;
        _process = null;
    }

    /// <summary>Waits for a process that was asked to end; kills it when it does not.</summary>
    protected async Task<int> WaitForExitAsync(TimeSpan within)
    {
        var process = _process ?? throw new InvalidOperationException("It is not running.");
        try
        {
            await process.WaitForExitAsync().WaitAsync(within);
            Ended();
            return process.ExitCode;
        }
        catch (TimeoutException)
        {
            await KillAsync();
            throw;
        }
    }

    private static async Task CopyAsync(StreamReader from, string file)
    {
        await using var to = new StreamWriter(new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        while (await from.ReadLineAsync() is { } line) await to.WriteLineAsync(line);
    }

    private static string ReadLog(string log)
    {
        using var reader = new StreamReader(new FileStream(log, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
