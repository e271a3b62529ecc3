using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Journeys;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Modules.Loyalty;

/// <summary>From a completed tour to a cheaper booking, in two windows of a real browser, on real servers.</summary>
public sealed class PointsJourneyTests(DistributedJourneyTests.Fixture fixture) : IClassFixture<DistributedJourneyTests.Fixture>
{
    [Fact]
    public async Task Points_show_in_both_windows_of_a_member_and_pay_for_the_next_booking()
    {
        var system = fixture.System;
        var user = $"ada-{Guid.NewGuid():N}"[..12];
        using var ada = await new RestClient(system.Web).SignInAsync(user);
        var (tourId, departure) = await ada.DepartureWithSeatsAsync(1);
        var pictures = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "pictures")).FullName;
        var date = JsonSerializer.Serialize(departure.Date, WireJson.Options).Trim('"');
        using var browser = NodeScript.Start(["points-journey.mjs", system.Web, user, tourId, date, pictures]);
        await using var publisher = await ForeignPublisher.ConnectAsync(system.Servers!.RabbitMq, system.Servers.Exchange);

        var said = await browser.StandardOutput.ReadLineAsync();
        if (said == "watching")
            for (var tour = 0; tour < 2; tour++)
                await publisher.PublishEventAsync(
                    EventTypes.TourCompleted, JsonSerializer.SerializeToElement(LoyaltyWeb.Tour(user), WireJson.EventOptions));
        var (exitCode, output, errors) = await FinishedProcess.OfAsync(browser);
        exitCode.ShouldBe(0, $"{said} {output} {errors}");

        var booking = (await ada.DataAsync<BookingPage>("/api/bookings")).Bookings.ShouldHaveSingleItem();
        booking.DiscountPercentage.ShouldBe(5);
        booking.VoucherCode.ShouldNotBeNull();
        var price = (await ada.TourAsync(tourId)).Price;
        booking.TotalPrice.ShouldBe(Math.Round(price * 0.95m, 2, MidpointRounding.AwayFromZero) - 10);
        (await ada.DataAsync<AccountAnswer>("/api/loyalty/account")).Account.TotalPoints.ShouldBe(360);
    }
}
