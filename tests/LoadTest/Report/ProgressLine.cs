namespace RealtimeTours.LoadTest.Report;

/// <summary>
/// One line a second while a run lasts; on a terminal always the same one. Goes to the error output: the report is what one pipes on.
/// </summary>
internal sealed class ProgressLine(bool silent)
{
    private readonly long _start = Environment.TickCount64;
    private long _next;
    private long _deliveries;
    private bool _open;

    public void Show(string phase, int watching, int connections, long deliveries, long published)
    {
        var now = Environment.TickCount64;
        if (silent || now < _next) return;
        var rate = Math.Max(0, deliveries - _deliveries);
        (_next, _deliveries) = (now + 1_000, deliveries);
        var line =
            $"{(now - _start) / 1_000,4} s  {phase,-11} {watching:N0} of {connections:N0} watching, {published:N0} published, {rate:N0} deliveries/s";
        if (Console.IsErrorRedirected) Console.Error.WriteLine(line);
        else Console.Error.Write($"\r{line}\u001b[K");
        _open = !Console.IsErrorRedirected;
    }

    public void End()
    {
        if (_open) Console.Error.WriteLine();
    }
}
