using System.Text.Json;
using Dapper;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Journeys;
using RealtimeTours.Tests.Platform.Storage;
using RealtimeTours.Tests.Servers;
using Xunit.Abstractions;

namespace RealtimeTours.Tests.Modules.Loyalty;

/// <summary>A process that awards the points of thousands of tours is killed again and again: each is awarded once, as the event log says.</summary>
public sealed class LoyaltyFaultTests(ITestOutputHelper output) : IDisposable
{
    private const int Tours = 3_000, Users = 40;
    private readonly string _folder = Directory.CreateTempSubdirectory("rtt-").FullName;

    [Fact]
    public async Task Each_award_is_made_once_although_the_process_is_killed_while_it_makes_them()
    {
        var servers = await ServerSettings.OnSharedServersAsync();
        await using var web = new HostProcess("Web", servers.ToEnvironment());
        await web.StartAsync();
        await using var storage = new StorageHost(TestDatabases.Settings(servers.Postgres, _folder));
        await using var publisher = await ForeignPublisher.ConnectAsync(servers.RabbitMq, servers.Exchange);
        await ListensAsync(publisher, storage.Database);

        TourCompleted[] tours = [.. Enumerable.Range(0, Tours).Select(n => LoyaltyWeb.Tour($"user-{n % Users}", $"bkg-{n}", price: n % 200))];
        foreach (var tour in tours) await publisher.PublishAsync(EventTypes.TourCompleted, Envelope(EventTypes.TourCompleted, tour));
        for (var kill = 1; kill <= 3; kill++)
        {
            var enough = kill * Tours / 5;
            await Eventually.ShouldBeTrueAsync(async () => await AwardedAsync(storage.Database) >= enough);
            await web.KillAsync();
            (await AwardedAsync(storage.Database)).ShouldBeLessThan(Tours, "it died too late");
            await web.StartAsync();
        }
        await Eventually.ShouldBeTrueAsync(
            async () => await AwardedAsync(storage.Database) == Tours && await CountAsync(storage.Database, "SELECT COUNT(*) FROM outbox") == 0,
            TimeSpan.FromMinutes(3));
        await Eventually.ShouldBeTrueAsync(async () => (await LoggedAsync(storage.Database)).Length >= Tours);

        var awards = await LoggedAsync(storage.Database);
        awards.Select(award => award.BookingId).ShouldBe(tours.Select(tour => tour.BookingId), ignoreOrder: true); // each booking once
        var recount = awards.GroupBy(award => award.UserId).ToDictionary(user => user.Key, user => user.Sum(award => award.PointsEarned));
        var accounts = await AccountsAsync(storage.Database);
        accounts.Select(account => (account.User, account.Total)).ShouldBe(recount.Select(user => (user.Key, user.Value)), ignoreOrder: true);
        accounts.ShouldAllBe(account => account.Total == account.History && account.Total == account.Lifetime);
        output.WriteLine($"{Tours} awards over three kills, {accounts.Sum(account => account.Total)} points");
    }

    // The queue is bound when a first event has gone all the way to the event log.
    private static async Task ListensAsync(ForeignPublisher publisher, Database database)
    {
        var probe = Envelope(EventTypes.TourCompleted, LoyaltyWeb.Tour("probe", "bkg-probe"));
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            await publisher.PublishAsync(EventTypes.TourCompleted, probe);
            return await CountAsync(database, "SELECT COUNT(*) FROM event_log WHERE event_type = 'loyalty.points.earned'") == 1;
        });
        await database.InTransactionAsync(transaction => transaction.ExecuteAsync("""
            DELETE FROM loyalty_accounts;
            DELETE FROM loyalty_transactions;
            DELETE FROM event_log;
            """));
    }

    private static string Envelope(string eventType, object data) => JsonSerializer.Serialize(
        new { eventType, eventId = Ids.New("evt_"), timestamp = DateTimeOffset.UtcNow, data }, WireJson.EventOptions);

    private static Task<long> AwardedAsync(Database database) => CountAsync(database, "SELECT COUNT(*) FROM loyalty_transactions");

    private static async Task<long> CountAsync(Database database, string sql)
    {
        await using var connection = await database.OpenAsync();
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    private static async Task<LoyaltyPointsEarned[]> LoggedAsync(Database database)
    {
        await using var connection = await database.OpenAsync();
        return [.. (await connection.QueryAsync<string>("SELECT body FROM event_log WHERE event_type = 'loyalty.points.earned'"))
            .Select(body => JsonSerializer.Deserialize<EventEnvelope>(body, WireJson.EventOptions)!.Data
                .Deserialize<LoyaltyPointsEarned>(WireJson.EventOptions)!)];
    }

    private static async Task<(string User, int Total, int Lifetime, int History)[]> AccountsAsync(Database database)
    {
        await using var connection = await database.OpenAsync();
        return [.. await connection.QueryAsync<(string, int, int, int)>("""
            SELECT user_id, total_points, lifetime_points,
                   CAST((SELECT SUM(points) FROM loyalty_transactions t WHERE t.user_id = a.user_id) AS INTEGER)
            FROM loyalty_accounts a
            """)];
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
