using System.IdentityModel.Tokens.Jwt;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using RealtimeTours.Modules.Users.Accounts;
using RealtimeTours.Modules.Users.SignIn;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Jobs;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Modules.Users.SignIn;

public abstract partial class SignInSpecs(UsersWeb web)
{
    [Fact]
    public async Task One_sign_in_serves_the_other_modules_for_an_hour()
    {
        var ada = await web.JoinAsync();
        var signedIn = await ada.Client.LogInAsync($" {ada.Email.ToUpperInvariant()} ");
        signedIn.User.Id.ShouldBe(ada.Id);
        (signedIn.ExpiresAt - web.Time.GetUtcNow()).TotalMinutes.ShouldBeInRange(59.9, 60);
        ada.Client.Carry(signedIn.Token);
        (await ada.Client.GetAnswerAsync("/api/bookings")).Status.ShouldBe(200);
        var token = new JwtSecurityTokenHandler().ReadJwtToken(signedIn.Token);
        (token.Subject, token.Claims.Single(claim => claim.Type == "name").Value).ShouldBe((ada.Id, "Ada Lovelace"));
        token.ValidTo.ShouldBe(signedIn.ExpiresAt.UtcDateTime);
    }

    [Fact]
    public async Task Whether_an_address_has_an_account_shows_neither_in_the_answer_nor_in_the_work()
    {
        var ada = await web.JoinAsync();
        var said = new List<string>();
        foreach (var email in new[] { ada.Email, UsersWeb.NewEmail() })
        {
            var before = web.Hasher.Checks;
            var answer = await ada.Client.TryLogInAsync(email, "wrong-password");
            (answer.Status, answer.Code).ShouldBe((401, "bad_credentials"));
            (web.Hasher.Checks - before).ShouldBe(1);
            said.Add(TraceId().Replace(answer.Body.GetRawText(), ""));
        }
        said[0].ShouldBe(said[1]);
    }

    [Theory]
    [InlineData("", "x")]
    [InlineData("ada\u0000@example.com", "x")]
    [InlineData("ada@example.com", "")]
    public async Task What_cannot_be_a_login_is_refused_unchecked(string email, string password)
    {
        var before = web.Hasher.Checks;
        (await web.Visitor().TryLogInAsync(email, password)).Status.ShouldBe(422);
        (await web.Visitor().TryLogInAsync("ada@example.com", new string('x', 257))).Status.ShouldBe(422);
        web.Hasher.Checks.ShouldBe(before);
    }

    [Fact]
    public async Task An_old_hash_is_made_anew_by_the_next_sign_in_and_tokens_stay_valid()
    {
        var ada = await web.JoinAsync();
        var old = new PasswordHasher<UserRow>(Options.Create(new PasswordHasherOptions { IterationCount = 10 }))
            .HashPassword(new UserRow(), UsersWeb.Password);
        await web.ExecuteAsync("UPDATE users SET password_hash = @old WHERE id = @Id", new { old, ada.Id });
        await ada.Client.LogInAsync(ada.Email);
        (await web.ExecuteAsync("UPDATE users SET name = name WHERE id = @Id AND password_hash <> @old", new { old, ada.Id })).ShouldBe(1);
        await ada.Client.LogInAsync(ada.Email);
        (await ada.Client.GetAnswerAsync("/api/me")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Attempts_that_no_longer_count_are_deleted_and_the_others_stay()
    {
        await web.Visitor().TryLogInAsync(UsersWeb.NewEmail());
        await web.ExecuteAsync(
            "INSERT INTO sign_in_attempts (key_hash, failed, checking, newest_at) VALUES ('old', '[]', '[]', @then)",
            new { then = DateTimeOffset.UtcNow.AddHours(-1) });
        (await web.Get<FencedJobRunner<SignInAttemptExpiry>>().RunAsync(
            SignInAttemptExpiry.Name, DateTimeOffset.UtcNow, until: null, CancellationToken.None)).ShouldBeTrue();
        await using var connection = await web.Get<Database>().OpenAsync();
        var left = await connection.QueryAsync<string>("SELECT key_hash FROM sign_in_attempts");
        left.ShouldNotBeEmpty();
        left.ShouldNotContain("old");
    }

    [GeneratedRegex("\"traceId\":\"[^\"]+\"")]
    private static partial Regex TraceId();
}

public sealed class SqliteSignInTests(SqliteUsersWeb web) : SignInSpecs(web), IClassFixture<SqliteUsersWeb>;

public sealed class PostgresSignInTests(PostgresUsersWeb web) : SignInSpecs(web), IClassFixture<PostgresUsersWeb>;
