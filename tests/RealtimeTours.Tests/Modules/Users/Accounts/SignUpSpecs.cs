using System.Text;
using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Modules.Users.Accounts;

public abstract class SignUpSpecs(UsersWeb web)
{
    [Fact]
    public async Task Who_signs_up_has_an_account_and_everybody_hears_of_it_without_the_password()
    {
        using var visitor = web.Visitor();
        var email = UsersWeb.NewEmail().ToUpperInvariant();
        var answer = await visitor.SendAsync(
            HttpMethod.Post, "/api/signup", new { email, password = UsersWeb.Password, name = "Ada", language = "fr", phone = "+33612345678" });

        (answer.Status, answer.Message.Headers.Location?.ToString()).ShouldBe((201, "/api/me"));
        var user = answer.Data.GetProperty("user").Deserialize<UserView>(WireJson.Options)!;
        user.Id.ShouldStartWith("usr_");
        (user.Email, user.Name, user.Language, user.Phone).ShouldBe((email, "Ada", "fr", "+33612345678"));
        user.Roles.ShouldBeEmpty();
        await Eventually.ShouldBeTrueAsync(() => web.EventsOfUser(user.Id).Count == 1);
        var told = web.EventsOfUser(user.Id).Single();
        told.EventType.ShouldBe(EventTypes.UserRegistered);
        told.Data.Deserialize<UserRegistered>(WireJson.EventOptions).ShouldBe(new UserRegistered(user.Id, email, "Ada", "fr", "+33612345678"));
        told.Data.GetRawText().ShouldNotContain(UsersWeb.Password);
    }

    [Fact]
    public async Task Without_language_and_phone_it_is_english_and_nothing()
    {
        using var visitor = web.Visitor();
        var user = (await visitor.SignUpAsync(UsersWeb.NewEmail())).Data.GetProperty("user");
        user.EnumerateObject().Select(member => member.Name).ShouldBe(["id", "email", "name", "language", "roles"]);
        user.GetProperty("language").GetString().ShouldBe("en");
    }

    [Fact]
    public async Task An_address_has_one_account_however_many_sign_up_at_once_and_however_it_is_written()
    {
        using var visitor = web.Visitor();
        var email = UsersWeb.NewEmail();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(
            n => visitor.SignUpAsync(n % 2 == 0 ? email : email.ToUpperInvariant(), $"Ada {n}")));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Where(answer => answer.Status != 201).ShouldAllBe(answer => answer.Status == 409 && answer.Code == "email_taken");
    }

    [Theory]
    [InlineData("""{"email":"ada","password":"green-tram-4711","name":"Ada"}""", "bad_email")]
    [InlineData("""{"email":"ada@localhost","password":"green-tram-4711","name":"Ada"}""", "bad_email")]
    [InlineData("""{"email":"Ada <ada@example.com>","password":"green-tram-4711","name":"Ada"}""", "bad_email")]
    [InlineData("""{"email":"ada@example.com\r\nBcc: eve@example.com","password":"green-tram-4711","name":"Ada"}""", "bad_email")]
    [InlineData("""{"email":"","password":"green-tram-4711","name":"Ada"}""", "bad_email")]
    [InlineData("""{"email":"ada@example.com","password":"green-tram","name":""}""", "bad_body")]
    [InlineData("""{"email":"ada@example.com","password":"green-tram","name":"A\nda"}""", "bad_body")]
    [InlineData("""{"email":"ada@example.com","password":"green-tram","name":"Ada","language":"english"}""", "bad_body")]
    [InlineData("""{"email":"ada@example.com","password":"green-tram","name":"Ada","phone":"0612345678"}""", "bad_body")]
    [InlineData("""{"email":"ada@example.com","password":"green-tram","name":"Ada","roles":["operator"]}""", "bad_body")]
    [InlineData("""{"email":"ada@example.com","password":12345678901,"name":"Ada"}""", "bad_body")]
    [InlineData("""{"email":"ada@example.com","name":"Ada"}""", "bad_body")]
    [InlineData("""{"email":"ada@example.com","password":"short","name":"Ada"}""", "weak_password")]
    [InlineData("""{"email":"ada@example.com","password":"Password123","name":"Ada"}""", "weak_password")]
    public async Task What_does_not_fit_is_refused_with_a_code_and_a_sentence_that_repeats_no_password(string body, string code)
    {
        using var visitor = web.Visitor();
        var answer = await Answer.ReadAsync(
            await visitor.PostAsync("/api/signup", new StringContent(body, Encoding.UTF8, "application/json")));
        (answer.Status, answer.Code).ShouldBe((422, code));
        answer.Body.GetProperty("error").GetString()!.ShouldSatisfyAllConditions(
            sentence => sentence.ShouldContain(' '), sentence => sentence.ShouldNotContain("green-tram"));
    }

    [Fact]
    public async Task Names_are_kept_as_people_write_them()
    {
        using var visitor = web.Visitor();
        foreach (var name in new[] { "O'Brien; DROP TABLE users", "山田 太郎", "Zoë 🦊", new string('x', 200) })
            (await visitor.SignUpAsync(UsersWeb.NewEmail(), name)).Data.GetProperty("user").GetProperty("name").GetString().ShouldBe(name);
        (await visitor.SignUpAsync(UsersWeb.NewEmail(), new string('x', 201))).Code.ShouldBe("bad_body");
    }
}

public sealed class SqliteSignUpTests(SqliteUsersWeb web) : SignUpSpecs(web), IClassFixture<SqliteUsersWeb>;

public sealed class PostgresSignUpTests(PostgresUsersWeb web) : SignUpSpecs(web), IClassFixture<PostgresUsersWeb>;
