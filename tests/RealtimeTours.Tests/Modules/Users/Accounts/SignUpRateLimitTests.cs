using RealtimeTours.Platform.Configuration;
using RealtimeTours.Tests.Platform.Storage;

namespace RealtimeTours.Tests.Modules.Users.Accounts;

public sealed class SignUpRateLimitTests(SignUpRateLimitTests.StrictWeb web) : IClassFixture<SignUpRateLimitTests.StrictWeb>
{
    [Fact]
    public async Task An_address_that_makes_too_many_accounts_is_told_when_to_come_back_and_nobody_else_suffers()
    {
        using var crowd = web.Visitor("2001:db8:0:1::1");
        using var neighbour = web.Visitor("2001:db8:0:1::2");
        using var other = web.Visitor("2001:db8:0:2::1");
        for (var n = 0; n < 3; n++) (await crowd.SignUpAsync(UsersWeb.NewEmail())).Status.ShouldBe(201);
        foreach (var sameNetwork in new[] { crowd, neighbour })
        {
            var refused = await sameNetwork.SignUpAsync(UsersWeb.NewEmail());
            (refused.Status, refused.Code).ShouldBe((429, "too_many_requests"));
            refused.Message.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
        }
        (await other.SignUpAsync(UsersWeb.NewEmail())).Status.ShouldBe(201);
    }

    /// <summary>Three a minute.</summary>
    public sealed class StrictWeb : UsersWeb
    {
        protected override IReadOnlyDictionary<string, string?> Configuration { get; } =
            new Dictionary<string, string?> { ["Users:SignUpsPerMinute"] = "3" };

        protected override Task<PlatformSettings> SettingsAsync(string folder) => Task.FromResult(TestDatabases.SqliteIn(folder));
    }
}
