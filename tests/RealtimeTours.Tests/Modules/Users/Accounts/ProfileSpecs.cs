using System.Text;
using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Modules.Users.Accounts;

public abstract class ProfileSpecs(UsersWeb web)
{
    [Fact]
    public async Task Only_what_is_given_changes_and_each_change_is_told_once()
    {
        var ada = await web.JoinAsync();
        (await UpdateAsync(ada, new { phone = "+33612345678" })).GetProperty("phone").GetString().ShouldBe("+33612345678");
        (await UpdateAsync(ada, new { name = "Countess", language = "pt-BR" })).GetProperty("phone").GetString().ShouldBe("+33612345678");
        await UpdateAsync(ada, new { name = "Countess" }); // it is that already
        await UpdateAsync(ada, new { });
        (await UpdateAsync(ada, """{"name":null,"language":null}""")).GetProperty("name").GetString().ShouldBe("Countess");
        (await UpdateAsync(ada, """{"phone":null}""")).TryGetProperty("phone", out _).ShouldBeFalse();

        var user = (await ada.Client.GetAnswerAsync("/api/me")).Data.GetProperty("user");
        (user.GetProperty("name").GetString(), user.GetProperty("language").GetString()).ShouldBe(("Countess", "pt-BR"));
        await Eventually.ShouldBeTrueAsync(() => web.EventsOfUser(ada.Id).Count == 4);
        web.EventsOfUser(ada.Id).Where(told => told.EventType == EventTypes.UserUpdated)
            .Select(told => told.Data.Deserialize<UserRegistered>(WireJson.EventOptions)!).ShouldBe([
                new UserRegistered(ada.Id, ada.Email, "Ada Lovelace", "en", "+33612345678"),
                new UserRegistered(ada.Id, ada.Email, "Countess", "pt-BR", "+33612345678"),
                new UserRegistered(ada.Id, ada.Email, "Countess", "pt-BR"),
            ]);
    }

    [Theory]
    [InlineData("""{"name":" "}""")]
    [InlineData("""{"language":"FR"}""")]
    [InlineData("""{"phone":"12"}""")]
    [InlineData("""{"phone":""}""")]
    [InlineData("""{"phone":33612345678}""")]
    [InlineData("""{"phone":["+33612345678"]}""")]
    [InlineData("""{"email":"eve@example.com"}""")]
    [InlineData("""{"roles":["operator"]}""")]
    [InlineData("[]")]
    public async Task What_does_not_fit_is_refused(string body)
    {
        var ada = await web.JoinAsync();
        var answer = await PutAsync(ada.Client, body);
        (answer.Status, answer.Code).ShouldBe((422, "bad_body"));
    }

    [Fact]
    public async Task A_token_of_nobody_here_has_no_profile()
    {
        using var demo = web.SignedIn("somebody-of-the-demo");
        (await demo.GetAnswerAsync("/api/me")).Code.ShouldBe("no_such_user");
        (await PutAsync(demo, """{"name":"x"}""")).Code.ShouldBe("no_such_user");
        (await demo.SendAsync(HttpMethod.Put, "/api/me/password", new { current = "x", @new = "y" })).Code.ShouldBe("no_such_user");
    }

    private static async Task<JsonElement> UpdateAsync(Member member, object body)
    {
        var answer = await PutAsync(member.Client, body as string ?? JsonSerializer.Serialize(body));
        answer.Status.ShouldBe(200);
        return answer.Data.GetProperty("user");
    }

    private static async Task<Answer> PutAsync(HttpClient client, string body) =>
        await Answer.ReadAsync(
            await client.PutAsync("/api/me", new StringContent(body, Encoding.UTF8, "application/json")));
}

public sealed class SqliteProfileTests(SqliteUsersWeb web) : ProfileSpecs(web), IClassFixture<SqliteUsersWeb>;

public sealed class PostgresProfileTests(PostgresUsersWeb web) : ProfileSpecs(web), IClassFixture<PostgresUsersWeb>;
