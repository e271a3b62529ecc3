using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting.Tokens;

namespace RealtimeTours.Tests.Platform.Hosting;

public class TokenSettingsTests
{
    private const string Key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    [Theory]
    [InlineData("Authority", "not an address")]
    [InlineData("Authority", " ")]
    [InlineData("Authority", "ftp://login.example")]
    [InlineData("Authority", "http://login.example")] // every request would answer 500
    [InlineData("MetadataAddress", "login.example/metadata")]
    [InlineData("MetadataAddress", "http://login.example/metadata")]
    [InlineData("ClockSkew", "5")] // five days
    [InlineData("ClockSkew", "-00:00:01")]
    [InlineData("ClockSkew", "five minutes")]
    [InlineData("SigningKeys:0:Value", "c2hvcnQ=")]
    [InlineData("SigningKeys:0:Value", "no base64")]
    public void A_bad_value_names_its_setting_in_one_line(string key, string value)
    {
        var message = Refusal((key, value));
        message.ShouldStartWith($"Authentication:Schemes:Bearer:{key} ");
        message.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("RequireHttpsMetadata", "maybe")]
    [InlineData("BackchannelTimeout", "soon")]
    [InlineData("BackchannelTimeout", "-00:00:05")]
    [InlineData("RefreshInterval", "00:00:00")]
    public void A_value_that_the_framework_refuses_stops_the_start_in_one_line(string key, string value)
    {
        var message = Refusal(("Authority", "https://login.example"), ("ValidAudience", "tours"), (key, value));
        message.ShouldStartWith("Authentication:Schemes:Bearer");
        message.ShouldContain(key);
        message.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("Authority", "https://login.example", "ValidAudiences", "ValidIssuer", "https://login.example")]
    [InlineData("MetadataAddress", "https://login.example/metadata", "ValidAudiences", "ValidIssuer", "https://login.example")]
    [InlineData("Authority", "https://login.example", "ValidAudiences", "ValidAudiences:0", " ")]
    [InlineData("Authority", "https://login.example", "ValidAudiences", "ValidAudience", "")]
    [InlineData("SigningKeys:0:Value", Key, "SigningKeys:0:Issuer", "ValidAudience", "tours")]
    [InlineData("SigningKeys:0:Value", Key, "SigningKeys:0:Issuer", "ValidIssuer", "")]
    [InlineData("SigningKeys:0:Value", Key, "SigningKeys:0:Issuer", "ValidIssuer", "tests")]
    public void Without_what_tells_our_tokens_from_others_there_is_no_start(string key, string value, string missing, string other, string otherValue)
    {
        var message = Refusal((key, value), (other, otherValue));
        message.ShouldStartWith($"Authentication:Schemes:Bearer:{missing} ");
        message.ShouldNotContain("\n");
        message.ShouldNotContain(Key);
    }

    [Fact]
    public void A_key_of_an_issuer_whose_tokens_are_not_taken_is_a_mistake() =>
        Refusal(("SigningKeys:0:Value", Key), ("SigningKeys:0:Issuer", "one"), ("ValidIssuer", "other"), ("ValidAudience", "tours"))
            .ShouldStartWith("Authentication:Schemes:Bearer:SigningKeys:0:Issuer is 'one'");

    [Fact]
    public void An_authority_without_tls_has_to_be_wished_for() =>
        Read(("Authority", "http://login.example"), ("RequireHttpsMetadata", "false"), ("ValidAudience", "tours")).Audiences.ShouldBe(["tours"]);

    [Fact]
    public void Lists_and_single_values_add_up_and_blanks_do_not_count()
    {
        var settings = Read(
            ("ValidIssuer", "one"), ("ValidIssuers:0", "two"), ("ValidIssuers:1", ""), ("ValidAudience", "tours"), ("ValidAudiences:0", "tours"),
            ("ValidAudiences:1", " "),
            ("SigningKeys:0:Issuer", "one"), ("SigningKeys:0:Value", Key), ("SigningKeys:0:Id", "b72de96c"), ("SigningKeys:0:Length", "32"));
        settings.Issuers.ShouldBe(["two", "one"]);
        settings.Audiences.ShouldBe(["tours"]);
        settings.Keys.ShouldHaveSingleItem().Issuer.ShouldBe("one");
    }

    [Fact]
    public void In_production_nothing_configured_means_that_nobody_signs() => Read().Keys.ShouldBeEmpty();

    [Fact]
    public void A_folder_that_cannot_be_made_names_its_variable() =>
        Should.Throw<InvalidSettingException>(() => Platform("/proc/nowhere").MakeDataFolder()).Message.ShouldStartWith("DATA_FOLDER");

    private static string Refusal(params (string Key, string Value)[] values) => Should.Throw<InvalidSettingException>(() => Read(values)).Message;

    private static TokenSettings Read(params (string Key, string Value)[] values)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.ToDictionary(v => $"Authentication:Schemes:Bearer:{v.Key}", v => (string?)v.Value)).Build();
        return TokenSettings.Read(configuration, new Environment(), Platform("/content"));
    }

    private static PlatformSettings Platform(string folder) =>
        PlatformSettings.Read(new ConfigurationBuilder().Build(), "/content", standalone: false) with { DataFolder = folder };

    private sealed class Environment : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "Production";
        public string ApplicationName { get; set; } = "tests";
        public string ContentRootPath { get; set; } = "/content";
        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
