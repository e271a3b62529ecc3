using System.Globalization;

namespace RealtimeTours.LoadTest.Report;

/// <summary>CPU time and resident memory of processes on this machine, where the system shows them (/proc).</summary>
/// <param name="CpuSeconds">User and system time together.</param>
/// <param name="ResidentKb">Memory that is really held.</param>
internal readonly record struct ProcessFigures(double CpuSeconds, long ResidentKb)
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux that .NET runs on

    /// <returns>The sum over the processes; null where one cannot be read or none is named.</returns>
    public static ProcessFigures? Read(IReadOnlyCollection<int> pids)
    {
        if (pids.Count == 0) return null;
        double cpu = 0;
        long resident = 0;
        foreach (var pid in pids)
        {
            try
            {
                // The second field is the name in brackets and may contain spaces; what follows begins with field 3.
                var stat = File.ReadAllText($"/proc/{pid}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                cpu += (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
                resident += long.Parse(fields[21], CultureInfo.InvariantCulture) * Environment.SystemPageSize / 1024;
            }
            catch (IOException)
            {
                return null;
            }
        }
        return new ProcessFigures(cpu, resident);
    }
}
