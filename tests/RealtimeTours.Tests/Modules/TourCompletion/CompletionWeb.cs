using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Modules.TourCompletion;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Storage.Jobs;
using RealtimeTours.Platform.Storage.Leases;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Platform.Storage;

namespace RealtimeTours.Tests.Modules.TourCompletion;

/// <summary>Bookings with the completion module, whose job runs when a test says so, by a clock that stands still until a test moves it.</summary>
public abstract class CompletionWeb : TestWeb
{
    internal ManualTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds()));

    protected override IReadOnlyList<string> Modules => [.. base.Modules, "completion"];

    protected override IReadOnlyDictionary<string, string?> Configuration { get; } = new Dictionary<string, string?>
    {
        ["COMPLETION_CRON"] = "0 0 0 1 1 ?", ["Payments:SimulatedDelay"] = "0.3", ["Bookings:RequestBurst"] = "100000",
    };

    // Tokens are signed by the test's clock and would be checked by the system's.
    protected override void Change(WebApplicationBuilder builder, PlatformSettings settings) => builder.Services.AddSingleton<TimeProvider>(Time)
        .PostConfigureAll<JwtBearerOptions>(options => options.TokenValidationParameters.LifetimeValidator = (_, _, _, _) => true);

    public DateTimeOffset In(TimeSpan time) => Time.GetUtcNow() + time;

    public async Task RunJobAsync()
    {
        await using var lease = await Get<DatabaseLeases>().TryTakeAsync($"test/{Guid.NewGuid()}", TimeSpan.FromMinutes(1), CancellationToken.None);
        await Get<CompleteTours>().RunAsync(new FencedRun(Time.GetUtcNow(), lease!), CancellationToken.None);
    }

    /// <summary>Books the departure, which may have begun, for users of their own.</summary>
    /// <returns>The bookings' ids.</returns>
    public async Task<string[]> BookedAsync(string tourId, DateTimeOffset date, params string[] users)
    {
        var ids = new List<string>();
        foreach (var user in users)
        {
            using var client = SignedIn(user);
            var answer = await client.BookAsync(tourId, date, participants: 2);
            answer.Status.ShouldBe(201);
            ids.Add(answer.Booking.Id);
        }
        return [.. ids];
    }

    public async Task<BookingView> BookingAsync(string user, string id)
    {
        using var client = SignedIn(user);
        return (await client.GetAnswerAsync($"/api/bookings/{id}")).Booking;
    }
}

public sealed class SqliteCompletionWeb : CompletionWeb
{
    protected override Task<PlatformSettings> SettingsAsync(string folder) => Task.FromResult(TestDatabases.SqliteIn(folder));
}

public sealed class PostgresCompletionWeb : CompletionWeb
{
    protected override Task<PlatformSettings> SettingsAsync(string folder) => TestDatabases.PostgresAsync(folder);
}
