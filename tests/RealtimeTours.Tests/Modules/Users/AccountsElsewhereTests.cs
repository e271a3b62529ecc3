using System.Security.Cryptography;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Modules.Users.Accounts;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Platform.Storage;

namespace RealtimeTours.Tests.Modules.Users;

/// <summary>With an identity provider the accounts are there, and people come by event.</summary>
public sealed class AccountsElsewhereTests(AccountsElsewhereTests.Web web) : IClassFixture<AccountsElsewhereTests.Web>
{
    [Theory]
    [InlineData("POST", "/api/signup")]
    [InlineData("POST", "/api/login")]
    [InlineData("GET", "/api/me")]
    [InlineData("PUT", "/api/me")]
    [InlineData("PUT", "/api/me/password")]
    [InlineData("GET", "/api/users")]
    [InlineData("PUT", "/api/users/usr_1/roles")]
    public async Task Nothing_of_it_is_here(string method, string path)
    {
        using var olga = web.SignedIn("olga", "operator");
        var answer = await Answer.ReadAsync(await olga.SendAsync(new HttpRequestMessage(new HttpMethod(method), path)));
        answer.Status.ShouldBe(404);
    }

    [Fact]
    public async Task Contacts_are_kept_all_the_same_and_no_operator_is_made()
    {
        await web.PublishAsync(EventTypes.UserRegistered, new { userId = "auth0|7", email = "zoe@example.com", name = "Zoë" });
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            await using var connection = await web.Get<Database>().OpenAsync();
            return await UserTable.FindAsync(connection, "auth0|7", CancellationToken.None) is not null;
        });
        await using var connection = await web.Get<Database>().OpenAsync();
        (await UserTable.ListAccountsAsync(connection, null, null, 10, CancellationToken.None)).ShouldBeEmpty();
    }

    /// <summary>With keys of its own besides the provider, whom nobody asks here.</summary>
    public sealed class Web : UsersWeb
    {
        protected override IReadOnlyDictionary<string, string?> Configuration { get; } = new Dictionary<string, string?>
        {
            ["OPERATOR_EMAIL"] = "olga@example.com", ["OPERATOR_PASSWORD"] = "first-operator-77",
            ["Authentication:Schemes:Bearer:Authority"] = "https://login.example.com",
            ["Authentication:Schemes:Bearer:ValidAudience"] = "tests",
            ["Authentication:Schemes:Bearer:ValidIssuer"] = "tests",
            ["Authentication:Schemes:Bearer:SigningKeys:0:Issuer"] = "tests",
            ["Authentication:Schemes:Bearer:SigningKeys:0:Value"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        };

        protected override Task<PlatformSettings> SettingsAsync(string folder) => Task.FromResult(TestDatabases.SqliteIn(folder));

    }
}
