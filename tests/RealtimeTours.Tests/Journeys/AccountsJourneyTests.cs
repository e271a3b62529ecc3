using System.Net;
using System.Text.Json;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Modules.Users;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Journeys;

/// <summary>Accounts in processes of their own: what one of them knows, the others must learn.</summary>
public sealed class AccountsJourneyTests
{
    private const string New = "another-tram-0815";

    [Fact]
    public async Task A_changed_password_ends_old_tokens_on_every_host_within_a_minute_and_no_password_is_in_log_or_event()
    {
        var settings = (await ServerSettings.OnSharedServersAsync()).ToEnvironment();
        await using var web = new HostProcess("Web", settings);
        await using var secondWeb = new HostProcess("Web", settings);
        await using var hub = new HostProcess("RealtimeHub", settings);
        await Task.WhenAll(web.StartAsync(), secondWeb.StartAsync(), hub.StartAsync());
        using var ada = new HttpClient { BaseAddress = new Uri(web.Address) };
        using var thief = new HttpClient { BaseAddress = new Uri(secondWeb.Address) };
        ada.DefaultRequestHeaders.Add("X-Correlation-Id", "req_ada");
        var email = UsersWeb.NewEmail();
        (await ada.SignUpAsync(email)).Status.ShouldBe(201);
        var stolen = (await thief.LogInAsync(email)).Token; // one sign-in serves all hosts
        ada.Carry(stolen);
        thief.Carry(stolen);
        await (await HubClient.ConnectAsync(hub.Address, stolen)).DisposeAsync();
        (await thief.GetAnswerAsync("/api/bookings")).Status.ShouldBe(200);

        var changed = await ada.SendAsync(HttpMethod.Put, "/api/me/password", new { current = UsersWeb.Password, @new = New });
        changed.Status.ShouldBe(200);
        (await ada.GetAnswerAsync("/api/me")).Status.ShouldBe(401, "the process that changed it knows at once");

        var minute = TimeSpan.FromMinutes(1);
        await Task.WhenAll(
            Eventually.ShouldBeTrueAsync(async () => (await thief.GetAnswerAsync("/api/bookings")).Status == 401, minute),
            Eventually.ShouldBeTrueAsync(async () => await NegotiateAsync(hub, stolen) == HttpStatusCode.Unauthorized, minute));
        var fresh = changed.Data.GetProperty("token").GetString()!;
        await (await HubClient.ConnectAsync(hub.Address, fresh)).DisposeAsync();
        ada.Carry(fresh);
        thief.Carry(fresh);
        (await thief.GetAnswerAsync("/api/bookings")).Status.ShouldBe(200);

        using var olga = await new RestClient(web.Address).SignInAsync("olga", "operator");
        var events = "";
        await Eventually.ShouldBeTrueAsync(async () =>
            (events = await olga.Http.GetStringAsync("/api/events?correlationId=req_ada")).Contains(email, StringComparison.Ordinal));
        foreach (var text in new[] { events, web.Log, secondWeb.Log, hub.Log, web.Errors, secondWeb.Errors })
            foreach (var password in new[] { UsersWeb.Password, New }) text.ShouldNotContain(password);
    }

    [Fact]
    public async Task The_first_operator_comes_from_the_environment_and_accounts_outlive_a_restart()
    {
        await using var system = await RunningSystem.StartEmbeddedAsync(("OPERATOR_EMAIL", "olga@example.com"), ("OPERATOR_PASSWORD", New));
        using var olga = new HttpClient { BaseAddress = new Uri(system.Web) };
        await Eventually.ShouldBeTrueAsync(async () => (await olga.TryLogInAsync("olga@example.com", New)).Status == 200);
        olga.Carry((await olga.LogInAsync("olga@example.com", New)).Token);
        using var gus = new HttpClient { BaseAddress = new Uri(system.Web) };
        var email = UsersWeb.NewEmail();
        var id = (await gus.SignUpAsync(email)).Data.GetProperty("user").GetProperty("id").GetString();
        gus.Carry((await gus.LogInAsync(email)).Token);
        (await olga.SendAsync(HttpMethod.Put, $"/api/users/{id}/roles", new { roles = new[] { "guide" } })).Status.ShouldBe(200);

        var host = system.Hosts.Single();
        (await host.StopAsync()).ShouldBe(0);
        await host.StartAsync();

        await Eventually.ShouldBeTrueAsync(async () => (await gus.GetAnswerAsync("/api/me")).Status == 401); // revoked before the restart
        (await gus.LogInAsync(email)).User.Roles.ShouldBe(["guide"]);
        (await olga.GetAnswerAsync("/api/me")).Data.GetProperty("user").GetProperty("roles")[0].GetString().ShouldBe("operator");
        host.Log.ShouldNotContain(New);
    }

    [Fact]
    public async Task In_a_browser_somebody_signs_up_changes_the_password_and_is_made_a_guide()
    {
        await using var system = await RunningSystem.StartEmbeddedAsync(("OPERATOR_EMAIL", "olga@example.com"), ("OPERATOR_PASSWORD", New));
        var pictures = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "pictures")).FullName;

        var result = JsonDocument.Parse(
            await NodeScript.RunAsync(["account-journey.mjs", system.Web, "olga@example.com", New, pictures])).RootElement;

        result.GetProperty("phone").GetString().ShouldBe("+33612345678");
        var problems = result.GetProperty("problems");
        problems.GetProperty("badEmail").GetString()!.ShouldStartWith("Saisissez une adresse");
        problems.GetProperty("weak").GetString()!.ShouldStartWith("Choisissez-en un autre");
        problems.GetProperty("wrong").GetString()!.ShouldStartWith("The e-mail address or the password is wrong");
        problems.GetProperty("badPhone").GetString()!.ShouldStartWith("Saisissez un numéro international");
        problems.GetProperty("wrongCurrent").GetString()!.ShouldStartWith("Ce n’est pas votre mot de passe");
        using var ada = new HttpClient { BaseAddress = new Uri(system.Web) };
        var user = (await ada.LogInAsync(result.GetProperty("email").GetString()!, New)).User;
        (user.Name, user.Roles.Single()).ShouldBe(("Ada King", "guide"));
    }

    private static async Task<HttpStatusCode> NegotiateAsync(HostProcess hub, string token)
    {
        using var http = new HttpClient();
        http.Carry(token);
        using var answer = await http.PostAsync($"{hub.Hub}/negotiate?negotiateVersion=1", null);
        return answer.StatusCode;
    }
}
