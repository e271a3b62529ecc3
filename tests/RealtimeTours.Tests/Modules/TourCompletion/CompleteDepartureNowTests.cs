using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Platform.Storage;

namespace RealtimeTours.Tests.Modules.TourCompletion;

public sealed class CompleteDepartureNowTests(CompleteDepartureNowTests.ProductionWeb web) : IClassFixture<CompleteDepartureNowTests.ProductionWeb>
{
    [Fact]
    public async Task Outside_Development_nobody_completes_what_has_not_begun()
    {
        var date = web.In(TimeSpan.FromDays(9));
        var tour = await web.AddTourAsync(departures: (date, 9, 9));
        var id = (await web.BookedAsync(tour, date, "ada"))[0];
        using var olga = web.SignedIn("olga", "operator");

        (await olga.SendAsync(HttpMethod.Post, $"/api/dev/tours/{tour}/departures/{date.UtcDateTime:O}/complete", new { })).Status.ShouldBe(404);
        (await olga.SendAsync(HttpMethod.Post, $"/api/tours/{tour}/complete", new { bookingIds = new[] { id } })).Data
            .GetProperty("skipped")[0].GetProperty("reason").GetString().ShouldBe("not_begun");
    }

    public sealed class ProductionWeb : CompletionWeb
    {
        protected override Task<PlatformSettings> SettingsAsync(string folder) => Task.FromResult(TestDatabases.SqliteIn(folder));

        protected override void Change(WebApplicationBuilder builder, PlatformSettings settings)
        {
            base.Change(builder, settings);
            builder.Services.AddSingleton<IHostEnvironment>(
                new HostingEnvironment { EnvironmentName = Environments.Production, ContentRootPath = builder.Environment.ContentRootPath });
        }
    }
}
