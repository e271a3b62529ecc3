using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.Modules.Users;
using RealtimeTours.Modules.Users.Accounts;
using RealtimeTours.Modules.Users.Passwords;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting.Tokens;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Schema;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Modules.Users.Accounts;

public abstract class FirstOperatorSpecs(UsersWeb web)
{
    [Fact]
    public async Task One_operator_is_made_whatever_starts_at_once_and_the_squatter_of_the_address_gains_nothing()
    {
        using var squatter = web.Visitor();
        var email = UsersWeb.NewEmail();
        await squatter.SignUpAsync(email, "Squatter");
        squatter.Carry((await squatter.LogInAsync(email)).Token);

        var starts = Enumerable.Range(0, 4).Select(_ => StartAsync(email.ToUpperInvariant(), "first-operator-77"));
        await Task.WhenAll(starts);

        using var visitor = web.Visitor();
        var signedIn = await visitor.LogInAsync(email, "first-operator-77");
        (signedIn.User.Roles.Single(), signedIn.User.Name).ShouldBe(("operator", "Operator"));
        (await squatter.GetAnswerAsync("/api/me")).Status.ShouldBe(401);
        (await visitor.TryLogInAsync(email)).Code.ShouldBe("bad_credentials");

        // There is an operator: a later start with another address makes no second one.
        var other = UsersWeb.NewEmail();
        await StartAsync(other, "second-operator-78");
        (await visitor.TryLogInAsync(other, "second-operator-78")).Code.ShouldBe("bad_credentials");
        await StartAsync(email, "changed-in-the-file-79");
        (await visitor.TryLogInAsync(email, "changed-in-the-file-79")).Code.ShouldBe("bad_credentials");
    }

    // What each further process does at its start.
    private async Task StartAsync(string email, string password)
    {
        using var start = new FirstOperator(
            new UserSettings(300, new OperatorLogin(email, password)), web.Get<TokenIssuer>(), web.Get<Database>(), web.Get<StorageReadiness>(),
            web.Get<PasswordHashing>(), web.Get<EventFactory>(), web.Get<TokenGenerations>(), NullLogger<FirstOperator>.Instance);
        await start.StartAsync(CancellationToken.None);
        await start.ExecuteTask!.WaitAsync(TimeSpan.FromMinutes(1));
    }
}

public sealed class SqliteFirstOperatorTests(SqliteUsersWeb web) : FirstOperatorSpecs(web), IClassFixture<SqliteUsersWeb>
{
    [Theory]
    [InlineData("olga@example.com", null, "OPERATOR_PASSWORD is not")]
    [InlineData(null, "first-operator-77", "OPERATOR_EMAIL is not")]
    [InlineData("olga", "first-operator-77", "OPERATOR_EMAIL must be an e-mail address")]
    [InlineData("olga@example.com", "operator123", "OPERATOR_PASSWORD is refused")]
    [InlineData("olga@example.com", "short", "OPERATOR_PASSWORD is refused")]
    public void A_login_that_cannot_be_stops_the_start_and_names_the_variable(string? email, string? password, string sentence)
    {
        var settings = new Dictionary<string, string?> { ["OPERATOR_EMAIL"] = email, ["OPERATOR_PASSWORD"] = password };
        var error = Should.Throw<InvalidSettingException>(
            () => new UsersModule().AddTo(new ServiceCollection(), new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));
        error.Message.ShouldContain(sentence);
        if (password is not null) error.Message.ShouldNotContain(password);
    }
}

public sealed class PostgresFirstOperatorTests(PostgresUsersWeb web) : FirstOperatorSpecs(web), IClassFixture<PostgresUsersWeb>;
