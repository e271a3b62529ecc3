using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging.DeadLetters;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Modules.Users.Accounts;

/// <summary>People of another system: a name, an address and a language, no password.</summary>
public abstract class KeepContactSpecs(UsersWeb web)
{
    private static readonly DateTimeOffset Then = DateTimeOffset.UtcNow.AddHours(-1);

    [Fact]
    public async Task A_contact_reads_its_own_details_and_has_the_roles_of_its_token()
    {
        var id = $"crm/{Guid.NewGuid()}";
        await web.PublishAsync(EventTypes.UserRegistered, new { userId = id, email = "zoe@example.com", name = "Zoë" });
        using var zoe = web.SignedIn(id, "guide");
        await Eventually.ShouldBeTrueAsync(async () => (await zoe.GetAnswerAsync("/api/me")).Status == 200);
        var user = (await zoe.GetAnswerAsync("/api/me")).Data.GetProperty("user");
        user.GetProperty("name").GetString().ShouldBe("Zoë");
        user.GetProperty("roles").EnumerateArray().Select(role => role.GetString()).ShouldBe(["guide"]);
        (await zoe.SendAsync(HttpMethod.Put, "/api/me", new { name = "x" })).Code.ShouldBe("no_such_user");
        (await zoe.SendAsync(HttpMethod.Put, "/api/me/password", new { current = "x", @new = "y" })).Code.ShouldBe("no_such_user");
        using var olga = web.SignedIn("olga", "operator");
        (await olga.SendAsync(HttpMethod.Put, $"/api/users/{Uri.EscapeDataString(id)}/roles", new { roles = new[] { "operator" } })).Status
            .ShouldBe(404);
    }

    [Fact]
    public async Task A_contact_cannot_sign_in_and_is_in_nobodys_way()
    {
        var (id, email) = ($"crm-{Guid.NewGuid()}", UsersWeb.NewEmail());
        await web.PublishAsync(EventTypes.UserRegistered, new { userId = id, email, name = "Zoë" });
        await KnownAsync(id);
        using var visitor = web.Visitor();
        (await visitor.TryLogInAsync(email, "")).Status.ShouldBe(422);
        (await visitor.TryLogInAsync(email)).Code.ShouldBe("bad_credentials");
        (await visitor.SignUpAsync(email)).Status.ShouldBe(201);
        (await visitor.LogInAsync(email)).User.Id.ShouldStartWith("usr_");
        await web.PublishAsync(EventTypes.UserRegistered, new { userId = $"{id}-2", email, name = "Zoë again" });
        await KnownAsync($"{id}-2");
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 2, 0)]
    [InlineData(2, 2, 0, 1, 2)]
    public async Task In_any_order_and_however_often_the_newest_details_stay(params int[] order)
    {
        var id = $"crm-{Guid.NewGuid()}";
        (string Type, object Data)[] events =
        [
            (EventTypes.UserRegistered, new { userId = id, email = "zoe@example.com", name = "Zoë", phone = "+33612345678" }),
            (EventTypes.UserUpdated, new { userId = id, email = "zoe@example.com", name = "Zoë Martin", language = "fr" }),
            (EventTypes.UserUpdated, new { userId = id, email = "zoe@example.org", name = "Zoë Durand", language = "fr" }),
        ];
        foreach (var n in order) await web.PublishAsync(events[n].Type, events[n].Data, Then.AddMinutes(n), $"{id}-{n}");
        using var zoe = web.SignedIn(id);
        await Eventually.ShouldBeTrueAsync(async () =>
            (await zoe.GetAnswerAsync("/api/me")).Data.GetProperty("user").GetRawText().Contains("Durand", StringComparison.Ordinal));
        var last = $"crm-{Guid.NewGuid()}";
        await web.PublishAsync(EventTypes.UserRegistered, new { userId = last, email = "last@example.com", name = "Last" });
        await KnownAsync(last);
        var user = (await zoe.GetAnswerAsync("/api/me")).Data.GetProperty("user");
        (user.GetProperty("email").GetString(), user.GetProperty("name").GetString()).ShouldBe(("zoe@example.org", "Zoë Durand"));
        user.TryGetProperty("phone", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task An_event_about_an_account_changes_nothing()
    {
        var ada = await web.JoinAsync();
        var forged = new { userId = ada.Id, email = "eve@example.com", name = "Eve" };
        await web.PublishAsync(EventTypes.UserUpdated, forged, DateTimeOffset.UtcNow.AddMinutes(1));
        await web.PublishAsync(EventTypes.UserRegistered, forged with { userId = $"{ada.Id}-2" });
        await KnownAsync($"{ada.Id}-2");
        (await ada.Client.GetAnswerAsync("/api/me")).Data.GetProperty("user").GetProperty("email").GetString().ShouldBe(ada.Email);
    }

    [Theory]
    [InlineData("", "zoe@example.com", "Zoë", null, null, "data.userId is empty")]
    [InlineData("crm-1", "nowhere", "Zoë", null, null, "data.email must be an e-mail address")]
    [InlineData("crm-1", "zoe@example.com", "", null, null, "data.name must have 1 to 200 characters")]
    [InlineData("crm-1", "zoe@example.com", "Z\0oë", null, null, "data.name must have")]
    [InlineData("crm-1", "zoe@example.com", "Zoë", "French", null, "data.language must be a code")]
    [InlineData("crm-1", "zoe@example.com", "Zoë", null, "call me", "data.phone must be in the international form")]
    public async Task What_cannot_be_is_put_aside_with_the_reason(
        string userId, string email, string name, string? language, string? phone, string reason)
    {
        var eventId = $"evt_{Guid.NewGuid():N}";
        await web.PublishAsync(EventTypes.UserRegistered, new { userId, email, name, language, phone }, eventId: eventId);
        await Eventually.ShouldBeTrueAsync(async () => (await LettersAsync()).Any(letter => letter.EventId == eventId));
        (await LettersAsync()).Single(letter => letter.EventId == eventId).Reason.ShouldContain(reason);
    }

    private async Task<IReadOnlyList<DeadLetterView>> LettersAsync() => (await web.Get<IDeadLetters>().ListAsync("users", limit: 100)).Letters;

    private async Task KnownAsync(string id)
    {
        using var client = web.SignedIn(id);
        await Eventually.ShouldBeTrueAsync(async () => (await client.GetAnswerAsync("/api/me")).Status == 200);
    }
}

public sealed class SqliteKeepContactTests(SqliteUsersWeb web) : KeepContactSpecs(web), IClassFixture<SqliteUsersWeb>;

public sealed class PostgresKeepContactTests(PostgresUsersWeb web) : KeepContactSpecs(web), IClassFixture<PostgresUsersWeb>;
