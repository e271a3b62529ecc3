namespace RealtimeTours.Tests.Modules.Users.SignIn;

/// <summary>The clock is the tests': each moves it past the window of those before.</summary>
public abstract class SignInThrottleSpecs
{
    private const string Wrong = "wrong-password";
    private readonly UsersWeb _web;

    protected SignInThrottleSpecs(UsersWeb web)
    {
        _web = web;
        web.Time.Advance(TimeSpan.FromMinutes(20));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_five_failures_the_right_password_is_refused_too_until_the_first_is_a_quarter_of_an_hour_old(bool known)
    {
        var ada = known ? await _web.JoinAsync() : new Member("", UsersWeb.NewEmail(), _web.Visitor());
        for (var n = 0; n < 5; n++)
        {
            (await ada.Client.TryLogInAsync(n % 2 == 0 ? ada.Email : ada.Email.ToUpperInvariant(), Wrong)).Status.ShouldBe(401);
            _web.Time.Advance(TimeSpan.FromMinutes(1));
        }
        var checks = _web.Hasher.Checks;
        using var elsewhere = _web.Visitor();
        var refused = await elsewhere.TryLogInAsync(ada.Email);
        (refused.Status, refused.Code).ShouldBe((429, "too_many_requests"));
        refused.Message.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromMinutes(10));
        _web.Hasher.Checks.ShouldBe(checks);

        _web.Time.Advance(TimeSpan.FromMinutes(10));
        (await elsewhere.TryLogInAsync(ada.Email)).Status.ShouldBe(known ? 200 : 401);
        if (!known) return;
        // Four failures still count, a success clears none.
        (await elsewhere.TryLogInAsync(ada.Email, Wrong)).Status.ShouldBe(401);
        (await elsewhere.TryLogInAsync(ada.Email)).Status.ShouldBe(429);
    }

    [Fact]
    public async Task After_fifty_failures_an_address_is_refused_whatever_the_account_and_nobody_else_suffers()
    {
        var ada = await _web.JoinAsync();
        using var guesser = _web.Visitor("2001:db8:77:1::1");
        using var neighbour = _web.Visitor("2001:db8:77:1:ffff::9");
        foreach (var _ in Enumerable.Range(0, 50)) (await guesser.TryLogInAsync(UsersWeb.NewEmail(), Wrong)).Status.ShouldBe(401);
        (await guesser.TryLogInAsync(ada.Email)).Status.ShouldBe(429);
        (await neighbour.TryLogInAsync(ada.Email)).Status.ShouldBe(429, "it has the same /64");
        (await ada.Client.TryLogInAsync(ada.Email)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_hundred_guesses_at_once_check_five_passwords()
    {
        var ada = await _web.JoinAsync();
        var before = _web.Hasher.Checks;
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            async n => await _web.Visitor().TryLogInAsync(ada.Email, $"guess number {n}")));
        answers.Count(answer => answer.Status == 401).ShouldBe(5);
        answers.Count(answer => answer.Status == 429).ShouldBe(95);
        (_web.Hasher.Checks - before).ShouldBe(5);
    }

    [Fact]
    public async Task Who_has_the_right_password_is_let_in_however_often_at_once()
    {
        var ada = await _web.JoinAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => ada.Client.TryLogInAsync(ada.Email)));
        answers.ShouldAllBe(answer => answer.Status == 200);
    }
}

public sealed class SqliteSignInThrottleTests(SqliteUsersWeb web) : SignInThrottleSpecs(web), IClassFixture<SqliteUsersWeb>;

public sealed class PostgresSignInThrottleTests(PostgresUsersWeb web) : SignInThrottleSpecs(web), IClassFixture<PostgresUsersWeb>;
