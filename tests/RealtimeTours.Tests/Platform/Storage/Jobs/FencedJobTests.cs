using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Storage.Jobs;
using RealtimeTours.Platform.Storage.Leases;
using RealtimeTours.Platform.Storage.Schema;
using RealtimeTours.Tests.Platform.Storage.Leases;

namespace RealtimeTours.Tests.Platform.Storage.Jobs;

/// <summary>A job in several processes on one PostgreSQL.</summary>
public sealed class FencedJobTests : IAsyncLifetime
{
    private const string EverySecond = "* * * * * ?";
    private const string Yearly = "0 0 0 1 1 ?";
    private static readonly FencedJobTiming Quick = new(Lease: TimeSpan.FromSeconds(3));
    private static readonly DateTimeOffset Slot = new(2026, 1, 1, 2, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("rtt-").FullName;
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(1)); // a runner that waits in vain fails its test
    private PlatformSettings _settings = null!;
    private StorageHost _host = null!;

    public async Task InitializeAsync()
    {
        _settings = await TestDatabases.PostgresAsync(_folder);
        _host = await new StorageHost(_settings).ReadyAsync();
        await _host.Database.InTransactionAsync(
            transaction => transaction.ExecuteAsync("CREATE TABLE ran (slot TIMESTAMPTZ NOT NULL, process TEXT NOT NULL)"));
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _deadline.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Each_scheduled_time_has_one_run_however_many_processes_wake_for_it()
    {
        await using var first = await ScheduledAsync("first");
        await using var second = await ScheduledAsync("second");
        await Eventually.ShouldBeTrueAsync(async () => (await RanAsync()).Count >= 6);
        (await RanAsync()).Select(run => run.Slot).ShouldBeUnique();
    }

    [Fact]
    public async Task A_process_that_freezes_in_a_run_is_taken_over_and_what_it_writes_when_it_wakes_is_refused()
    {
        var (began, wakes) = (new TaskCompletionSource(), new TaskCompletionSource());
        var frozen = Runner("frozen", new FrozenTime(), () =>
        {
            began.SetResult();
            return wakes.Task;
        }).RunAsync("job", Slot, until: null, _deadline.Token);
        await began.Task;

        (await Runner("other").RunAsync("job", Slot, until: null, _deadline.Token)).ShouldBeTrue();
        (await RanAsync()).ShouldHaveSingleItem().ShouldBe(new Run(Slot, "other"));
        wakes.SetResult();
        await Should.ThrowAsync<LeaseLostException>(frozen);
        (await RanAsync()).ShouldHaveSingleItem();
        (await Runner("third").RunAsync("job", Slot, until: null, _deadline.Token)).ShouldBeFalse("the slot has had its run");
        (await Runner("third").RunAsync("job", Slot.AddSeconds(1), until: null, _deadline.Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_run_that_fails_is_begun_anew_by_another_process()
    {
        var fails = Runner("failing", work: () => throw new IOException("the disk is full")).RunAsync("job", Slot, until: null, _deadline.Token);
        await Should.ThrowAsync<IOException>(fails);
        (await Runner("other").RunAsync("job", Slot, until: null, _deadline.Token)).ShouldBeTrue();
        (await RanAsync()).ShouldHaveSingleItem().Process.ShouldBe("other");
    }

    [Fact]
    public async Task A_host_whose_clock_is_hours_ahead_does_not_take_the_runs_of_those_hours()
    {
        var ahead = DateTimeOffset.UtcNow.AddHours(3);
        (await Runner("ahead").RunAsync("job", ahead, until: DateTimeOffset.UtcNow, _deadline.Token)).ShouldBeFalse();
        (await Runner("right").RunAsync("job", DateTimeOffset.UtcNow, until: null, _deadline.Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_process_that_starts_catches_up_once_also_where_another_one_died_in_the_middle_of_a_run()
    {
        await _host.Database.InTransactionAsync(transaction => transaction.ExecuteAsync($"""
            INSERT INTO leases (name, holder, expires_at) VALUES ('job/noted', 'dead', {transaction.Dialect.Clock(TimeSpan.FromSeconds(2))})
            """));
        await using var first = await ScheduledAsync("first", Yearly, catchingUp: true);
        await using var idle = await ScheduledAsync("idle", Yearly, catchingUp: false);
        await Eventually.ShouldBeTrueAsync(async () => (await RanAsync()).Count == 1);
        await using var second = await ScheduledAsync("second", Yearly, catchingUp: true);
        await Eventually.ShouldBeTrueAsync(async () => (await RanAsync()).Count == 2); // its own slots that passed
        (await RanAsync()).Select(run => run.Process).ShouldBe(["first", "second"]);
    }

    [Fact]
    public void Several_jobs_of_one_host_share_one_scheduler() => new ServiceCollection()
        .AddFencedJob<NotedJob>("one", EverySecond).AddFencedJob<AnotherJob>("two", EverySecond)
        .Count(service => service.ServiceType == typeof(IHostedService)).ShouldBe(1);

    private FencedJobRunner<NotedJob> Runner(string process, TimeProvider? time = null, Func<Task>? work = null) => new(
        new NotedJob(new Behaviour(process, work ?? (() => Task.CompletedTask))),
        new DatabaseLeases(_host.Database, time ?? TimeProvider.System, NullLogger<DatabaseLeases>.Instance), Quick,
        _host.Get<StorageReadiness>(), TimeProvider.System, _host.Get<IHostApplicationLifetime>(), NullLogger<FencedJobRunner<NotedJob>>.Instance);

    private Task<StorageHost> ScheduledAsync(string process, string cron = EverySecond, bool catchingUp = false) => new StorageHost(
        _settings, more: services =>
        {
            services.AddSingleton(Quick).AddSingleton(new Behaviour(process, () => Task.CompletedTask));
            if (catchingUp) services.AddCatchingUpJob<NotedJob>("noted", cron);
            else services.AddFencedJob<NotedJob>("noted", cron);
        }).ReadyAsync();

    private async Task<IReadOnlyList<Run>> RanAsync()
    {
        await using var connection = await _host.Database.OpenAsync();
        var rows = await connection.QueryAsync<RunRow>("SELECT slot AS Slot, process AS Process FROM ran ORDER BY slot");
        return [.. rows.Select(row => new Run(row.Slot, row.Process))];
    }

    private sealed record Run(DateTimeOffset Slot, string Process);

    private sealed class RunRow
    {
        public DateTimeOffset Slot { get; set; }
        public string Process { get; set; } = "";
    }

    internal sealed record Behaviour(string Process, Func<Task> Work);

    internal sealed class NotedJob(Behaviour behaviour) : IFencedJob
    {
        public async Task RunAsync(FencedRun run, CancellationToken cancellationToken)
        {
            await behaviour.Work();
            await run.InTransactionAsync(
                transaction => transaction.ExecuteAsync(
                    "INSERT INTO ran (slot, process) VALUES (@Slot, @Process)", new { run.Slot, behaviour.Process }), CancellationToken.None);
        }
    }

    private sealed class AnotherJob : IFencedJob
    {
        public Task RunAsync(FencedRun run, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
