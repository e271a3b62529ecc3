using System.Text.Json;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Modules.Users.SignIn;

public abstract class ChangePasswordSpecs(UsersWeb web)
{
    private const string New = "another-tram-0815";

    [Fact]
    public async Task A_new_password_kills_the_tokens_of_the_old_one_and_comes_with_a_fresh_one()
    {
        var ada = await web.JoinAsync();
        using var thief = web.Visitor();
        thief.Carry((await thief.LogInAsync(ada.Email)).Token);

        var answer = await ChangeAsync(ada, UsersWeb.Password, New);
        answer.Status.ShouldBe(200);
        var fresh = answer.Data.Deserialize<SignedInAnswer>(WireJson.Options)!;
        fresh.User.Id.ShouldBe(ada.Id);

        (await thief.GetAnswerAsync("/api/me")).Status.ShouldBe(401);
        (await thief.GetAnswerAsync("/api/bookings")).Status.ShouldBe(401);
        (await ada.Client.GetAnswerAsync("/api/me")).Status.ShouldBe(401);
        ada.Client.Carry(fresh.Token);
        (await ada.Client.GetAnswerAsync("/api/bookings")).Status.ShouldBe(200);
        (await thief.TryLogInAsync(ada.Email)).Code.ShouldBe("bad_credentials");
        ada.Client.Carry((await thief.LogInAsync(ada.Email, New)).Token);
        (await ada.Client.GetAnswerAsync("/api/me")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task It_takes_the_current_password_and_a_new_one_that_will_do()
    {
        var ada = await web.JoinAsync();
        var wrong = await ChangeAsync(ada, "wrong-password", New);
        (wrong.Status, wrong.Code).ShouldBe((403, "bad_credentials"));
        foreach (var weak in new[] { "short", "password123", ada.Email, "Ada Lovelace", "xxxxxxxxxxxx" })
            (await ChangeAsync(ada, UsersWeb.Password, weak)).Code.ShouldBe("weak_password");
        (await ChangeAsync(ada, "", New)).Code.ShouldBe("bad_body");
        (await ChangeAsync(ada, UsersWeb.Password, new string('x', 257))).Code.ShouldBe("bad_body");
        (await ada.Client.GetAnswerAsync("/api/me")).Status.ShouldBe(200, "nothing has changed");
    }

    [Fact]
    public async Task Of_two_changes_at_once_one_counts()
    {
        var ada = await web.JoinAsync();
        var answers = await Task.WhenAll(ChangeAsync(ada, UsersWeb.Password, New), ChangeAsync(ada, UsersWeb.Password, "third-tram-4712"));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        var kept = answers[0].Status == 200 ? New : "third-tram-4712";
        (await ada.Client.LogInAsync(ada.Email, kept)).User.Id.ShouldBe(ada.Id);
    }

    [Fact]
    public async Task Wrong_guesses_at_the_current_password_count_as_they_do_at_sign_in()
    {
        var ada = await web.JoinAsync();
        for (var n = 0; n < 5; n++) (await ChangeAsync(ada, "wrong-password", New)).Code.ShouldBe("bad_credentials");
        (await ChangeAsync(ada, UsersWeb.Password, New)).Status.ShouldBe(429);
        (await web.Visitor().TryLogInAsync(ada.Email)).Status.ShouldBe(429);
    }

    private static Task<Answer> ChangeAsync(Member member, string current, string password) =>
        member.Client.SendAsync(HttpMethod.Put, "/api/me/password", new { current, @new = password });
}

public sealed class SqliteChangePasswordTests(SqliteUsersWeb web) : ChangePasswordSpecs(web), IClassFixture<SqliteUsersWeb>;

public sealed class PostgresChangePasswordTests(PostgresUsersWeb web) : ChangePasswordSpecs(web), IClassFixture<PostgresUsersWeb>;
