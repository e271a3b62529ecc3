using System.Diagnostics;

namespace RealtimeTours.Tests.Servers;

/// <summary>
/// Ends a server when the process of the tests is gone, however it went: a shell waits for the end of a pipe whose other end only we hold.
/// </summary>
internal sealed class ProcessGuard : IDisposable
{
    private readonly Process _shell;

    public ProcessGuard(int processId) => _shell = Process.Start(new ProcessStartInfo(
        "/bin/sh", ["-c", $"read -r _; kill -9 $(cat /proc/{processId}/task/{processId}/children) {processId} 2>/dev/null"])
    {
        RedirectStandardInput = true,
    })!;

    /// <summary>The server has ended, and its id may name another process soon.</summary>
    public void Dispose()
    {
        _shell.Kill();
        _shell.Dispose();
    }
}
