using System.Net;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Journeys;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Redis;

/// <summary>A Redis with access control lists, whose user <c>default</c> is off.</summary>
public class RedisUsersTests
{
    private const string Secret = "p@ss:w/o?rd,#%";

    private static readonly string[] Users =
    [
        "--user", "default", "off",
        "--user", "tours", "on", $">{Secret}", "~*", "&*", "+@all",
        "--user", "operator", "on", ">operator", "~*", "&*", "+@all",
    ];

    [Fact]
    public async Task The_hub_runs_as_a_user_with_a_password_while_the_default_user_is_off()
    {
        await using var redis = await RedisNode.StartedAsync(Users);
        await using var hub = await HubOnRedis.StartAsync($"redis://tours:{Uri.EscapeDataString(Secret)}@{redis.Address}/1");

        await hub.ShouldShareAsync("t");

        (await hub.ReadinessAsync()).Ready.ShouldBeTrue();
        (await AsOperatorAsync(redis, "INFO", "keyspace")).ShouldContain("db1:");
    }

    [Fact]
    public async Task Subscriptions_that_Redis_refuses_after_a_reconnect_are_made_once_it_grants_them()
    {
        await using var redis = await RedisNode.StartedAsync(Users);
        await using var hub = await HubOnRedis.StartAsync($"redis://tours:{Uri.EscapeDataString(Secret)}@{redis.Address}");
        await hub.ShouldShareAsync("before");

        // Redis closes the connections of subscribers that lose the right to a channel; the hub's nodes are back at once.
        await AsOperatorAsync(redis, "ACL", "SETUSER", "tours", "resetchannels");
        await Eventually.ShouldBeTrueAsync(
            async () => (await AsOperatorAsync(redis, "ACL", "LOG")).Contains("channel", StringComparison.Ordinal));
        await AsOperatorAsync(redis, "ACL", "SETUSER", "tours", "allchannels");

        await hub.ShouldShareAsync("after");
    }

    [Fact]
    public async Task A_wrong_password_is_the_reason_why_a_hub_is_not_ready()
    {
        await using var redis = await RedisNode.StartedAsync(Users);
        await using var hub = await HubOnRedis.StartAsync($"redis://tours:hunter2@{redis.Address}");

        await Eventually.ShouldBeTrueAsync(async () => (await hub.ReadinessAsync()).Body.Contains("password", StringComparison.Ordinal));

        var (ready, body) = await hub.ReadinessAsync();
        ready.ShouldBeFalse();
        body.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task The_whole_system_needs_no_more_than_the_rights_that_the_operations_page_lists()
    {
        await using var redis = await RedisNode.StartedAsync(Users);
        var servers = new ServerSettings(
            (await SharedServers.RabbitMq).Url, $"redis://least:least@{redis.Address}", await (await SharedServers.Postgres).CreateDatabaseAsync());
        await AsOperatorAsync(redis, DocumentedRights(servers.Prefix));
        await using (var system = await RunningSystem.StartDistributedAsync(servers))
        {
            using var ada = await new RestClient(system.Web).SignInAsync("ada");
            var (tourId, departure) = await ada.DepartureWithSeatsAsync(6);
            await using var watcher = await HubClient.ConnectAsync(system.Hubs[1], ada.Token);
            await watcher.WatchTourAsync(tourId);
            (await ada.BookAsync(tourId, departure.Date, 2)).Status.ShouldBe(HttpStatusCode.Created);
            await Eventually.ShouldBeTrueAsync(
                () => watcher.Updates.Any(u => u.Date == departure.Date && u.AvailableSpots == departure.AvailableSpots - 2));
            await Eventually.ShouldBeTrueAsync(() => watcher.Bookings.Count > 0);
            await Eventually.ShouldBeTrueAsync(() => watcher.Viewers.LastOrDefault()?.Viewers == 1);
        }

        // The log has what was refused, each by the line after "object". CONFIG is something that StackExchange.Redis can do without.
        var log = (await AsOperatorAsync(redis, "ACL", "LOG")).Split('\n');
        log.Zip(log.Skip(1)).Where(lines => lines.First == "object").Select(lines => lines.Second).Distinct().ShouldBe(["config|get"]);
        foreach (var refused in new string[][] { ["FLUSHALL"], ["CONFIG", "GET", "*"], ["KEYS", "*"], ["GET", "somebody-elses"],
            ["PUBLISH", "somebody-elses", "x"] })
            (await redis.AskAsync(["--user", "least", "--pass", "least", "--no-auth-warning", .. refused])).ShouldStartWith("NOPERM");
    }

    // The line that operators are told to copy, with this system's prefix and user.
    private static string[] DocumentedRights(string prefix) =>
        File.ReadLines(Path.Combine(Repository.Root, "docs", "operations.md"))
            .Single(line => line.StartsWith("ACL SETUSER tours ", StringComparison.Ordinal))
            .Replace("tour_app", prefix).Replace("tours on >secret", "least on >least").Split(' ');

    private static Task<string> AsOperatorAsync(RedisNode redis, params string[] command) =>
        redis.AskAsync(["--user", "operator", "--pass", "operator", "--no-auth-warning", .. command]);
}
