using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RealtimeTours.Bookings;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Tests.Platform.Storage;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>Who may do what, and how often.</summary>
public sealed class BookingRightsTests(BookingRightsTests.StrictWeb web) : IClassFixture<BookingRightsTests.StrictWeb>
{
    private static readonly DateTimeOffset Soon = TestWeb.InDays(20);

    [Fact]
    public async Task Who_asks_too_often_is_told_when_to_come_back_and_nobody_else_suffers()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 50, 50));
        using var eve = web.SignedIn("eve");
        var answers = new List<Answer>();
        for (var n = 0; n < 8; n++) answers.Add(await eve.BookAsync(tour, Soon, 1));
        answers.Take(5).ShouldAllBe(answer => answer.Status == 201);
        var refused = answers.Last();
        (refused.Status, refused.Code).ShouldBe((429, "too_many_requests"));
        refused.Message.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
        refused.Message.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        refused.Body.GetProperty("success").GetBoolean().ShouldBeFalse();
        (await web.SignedIn("ada").BookAsync(tour, Soon, 1)).Status.ShouldBe(201);
        (await eve.GetAnswerAsync("/api/bookings")).Status.ShouldBe(200); // reading is free
    }

    [Theory]
    [InlineData("POST", "/api/tours")]
    [InlineData("PUT", "/api/tours/t")]
    public async Task Only_operators_keep_the_catalogue(string method, string path)
    {
        (await web.SignedIn(null).SendAsync(new HttpMethod(method), path, new { })).Status.ShouldBe(401);
        (await web.SignedIn("eve").SendAsync(new HttpMethod(method), path, new { })).Status.ShouldBe(403);
        (await web.SignedIn("gus", "guide").SendAsync(new HttpMethod(method), path, new { })).Status.ShouldBe(403);
        (await web.SignedIn("olga", "operator").SendAsync(new HttpMethod(method), path, new { })).Status.ShouldBe(422);
    }

    [Theory]
    [InlineData("Bookings:HoldMinutes", "0")]
    [InlineData("Bookings:HoldMinutes", "ten")]
    [InlineData("Bookings:HoldMinutes", "1441")]
    [InlineData("Bookings:RequestsPerMinute", "0")]
    [InlineData("Bookings:RequestBurst", "-1")]
    public void A_setting_that_cannot_be_is_refused_by_name(string name, string value) => Should.Throw<InvalidSettingException>(
        () => new BookingsModule().AddTo(new ServiceCollection(), new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build()))
            .Message.ShouldContain(name);

    /// <summary>Six bookings a minute, five at once.</summary>
    public sealed class StrictWeb : TestWeb
    {
        protected override IReadOnlyDictionary<string, string?> Configuration { get; } =
            new Dictionary<string, string?> { ["Bookings:RequestsPerMinute"] = "6", ["Bookings:RequestBurst"] = "5" };

        protected override Task<PlatformSettings> SettingsAsync(string folder) => Task.FromResult(TestDatabases.SqliteIn(folder));
    }
}
