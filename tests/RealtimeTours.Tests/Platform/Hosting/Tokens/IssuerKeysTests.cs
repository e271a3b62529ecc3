using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace RealtimeTours.Tests.Platform.Hosting.Tokens;

/// <summary>Who may sign for one issuer must not sign for another.</summary>
public sealed class IssuerKeysTests
{
    private static readonly (string, string)[] Settings =
    [
        ("ValidIssuer", "north"), ("ValidIssuers:0", "south"), ("ValidAudiences:0", LocalIdentityProvider.Audience),
        ("SigningKeys:0:Issuer", "north"), ("SigningKeys:0:Value", Text(1)),
        ("SigningKeys:1:Issuer", "south"), ("SigningKeys:1:Value", Text(2)),
        ("SigningKeys:2:Issuer", "south"), ("SigningKeys:2:Value", Text(3)), // while keys are changed there are two
    ];

    [Theory]
    [InlineData("north", 1, true)]
    [InlineData("south", 2, true)]
    [InlineData("south", 3, true)]
    [InlineData("north", 2, false)]
    [InlineData("north", 3, false)]
    [InlineData("south", 1, false)]
    [InlineData("north", 4, false)]
    [InlineData("east", 1, false)]
    [InlineData("", 1, false)]
    [InlineData(null, 1, false)]
    public async Task A_key_signs_for_its_issuer_alone(string? issuer, byte key, bool valid)
    {
        await using var host = await TokenHost.StartAsync(Settings);
        (await host.AskAsync(Token(issuer, key))).ShouldBe(valid ? HttpStatusCode.OK : HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Neither_a_provider_for_a_key_nor_a_key_for_the_provider()
    {
        await using var provider = new LocalIdentityProvider();
        await provider.StartAsync();
        await using var host = await TokenHost.StartAsync(
            [.. Settings, ("ValidIssuers:1", "the provider's older name"), ("Authority", provider.Issuer), ("RequireHttpsMetadata", "false")]);

        (await host.AskAsync(provider.Sign())).ShouldBe(HttpStatusCode.OK);
        (await host.AskAsync(provider.Sign(token => token.Issuer = "the provider's older name"))).ShouldBe(HttpStatusCode.OK);
        (await host.AskAsync(Token("north", 1))).ShouldBe(HttpStatusCode.OK);
        (await host.AskAsync(provider.Sign(token => token.Issuer = "north"))).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.AskAsync(Token(provider.Issuer, 1))).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.AskAsync(Token("the provider's older name", 1))).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData]
    [InlineData("ValidateIssuer", "ValidateAudience", "ValidateLifetime")]
    public async Task With_nobody_configured_to_sign_no_token_is_valid(params string[] switchedOff)
    {
        await using var host = await TokenHost.StartAsync([.. switchedOff.Select(setting => (setting, "false"))]);
        (await host.AskAsync(Token("north", 1))).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.AskAsync(Token("north", null))).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task No_setting_switches_a_check_off()
    {
        await using var host = await TokenHost.StartAsync(
            [.. Settings, ("ValidateIssuer", "false"), ("ValidateAudience", "false"), ("TokenValidationParameters:ValidateAudience", "false")]);
        (await host.AskAsync(Token("north", 1, "another application"))).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.AskAsync(Token("east", 1))).ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static string Text(byte key) => Convert.ToBase64String(Bytes(key));

    private static byte[] Bytes(byte key) => Enumerable.Repeat(key, 32).ToArray();

    private static string Token(string? issuer, byte? key, string audience = LocalIdentityProvider.Audience) =>
        new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = issuer,
        Audience = audience,
        Claims = new Dictionary<string, object> { ["sub"] = "ada" },
        SigningCredentials = key is { } bytes ? new SigningCredentials(new SymmetricSecurityKey(Bytes(bytes)), SecurityAlgorithms.HmacSha256) : null,
    });
}
