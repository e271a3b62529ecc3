using System.Text.RegularExpressions;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Platform.Storage;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Journeys;

/// <summary>The completion job in real Web processes: killed in the middle of a run, and in two processes at once.</summary>
public sealed partial class CompletionFaultTests : IAsyncLifetime
{
    private const int Bookings = 3_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("rtt-").FullName;
    private readonly List<HostProcess> _webs = [];
    private IReadOnlyDictionary<string, string> _settings = null!;
    private StorageHost _database = null!;

    public async Task InitializeAsync()
    {
        var servers = await ServerSettings.OnSharedServersAsync();
        _settings = new Dictionary<string, string>(servers.ToEnvironment())
        {
            ["COMPLETION_CRON"] = "0/1 * * * * ?", ["SAMPLE_CATALOGUE"] = "false",
        };
        await StartAsync();
        _database = new StorageHost(TestDatabases.Settings(servers.Postgres, _folder));
    }

    [Fact]
    public async Task After_a_kill_in_the_middle_of_a_run_each_booking_is_completed_once_with_one_event_of_each_kind()
    {
        await PastBookings.AddAsync(_database.Database, "killed", tours: 1, Bookings);
        await Eventually.ShouldBeTrueAsync(async () => await CompletedAsync() > Bookings / 10);
        await _webs[0].KillAsync();
        (await CompletedAsync()).ShouldBeLessThan(Bookings, "it was killed in the middle");
        await _webs[0].StartAsync();

        await AllOnceAsync(Bookings);
    }

    [Fact]
    public async Task Of_two_processes_each_booking_is_completed_by_one()
    {
        await StartAsync();
        await PastBookings.AddAsync(_database.Database, "shared", tours: 10, Bookings / 10);

        await AllOnceAsync(Bookings);
        using var client = new HttpClient();
        var counts = await Task.WhenAll(_webs.Select(async web => Count(await client.GetStringAsync($"{web.Address}/metrics"))));
        counts.Sum().ShouldBe(Bookings, $"by the processes' own count: {string.Join(" and ", counts)}");
    }

    private async Task StartAsync()
    {
        var web = new HostProcess("Web", _settings);
        _webs.Add(web);
        await web.StartAsync();
    }

    private async Task AllOnceAsync(int bookings)
    {
        await Eventually.ShouldBeTrueAsync(async () => await CompletedAsync() == bookings, TimeSpan.FromMinutes(3));
        await BookingInvariants.WaitAsync(
            () => BookingInvariants.BrokenAsync(_database.Database, EventRecount.Completions), TimeSpan.FromMinutes(2), seed: null);
        (await BookingInvariants.BrokenNowAsync(_database.Database)).ShouldBeEmpty();
    }

    private Task<int> CompletedAsync() => PastBookings.CompletedAsync(_database.Database);

    private static int Count(string metrics) => CompletedByProcess().Matches(metrics).Sum(match => int.Parse(match.Groups[1].ValueSpan));

    public async Task DisposeAsync()
    {
        foreach (var web in _webs) await web.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex(@"^completion_bookings_total\{[^}]*\} (\d+)", RegexOptions.Multiline)]
    private static partial Regex CompletedByProcess();
}
