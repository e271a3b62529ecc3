using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using RealtimeTours.Platform.Hosting;

namespace RealtimeTours.Tests.Hosting;

public class TokenSettingsTests
{
    [Theory]
    [InlineData("Authority", "not an address")]
    [InlineData("Authority", "ftp://login.example")]
    [InlineData("Authority", "http://login.example")] // every request would answer 500
    [InlineData("RequireHttpsMetadata", "maybe")]
    [InlineData("SigningKeys:0:Value", "c2hvcnQ=")]
    public void A_bad_value_names_its_setting_in_one_line(string key, string value)
    {
        var message = Should.Throw<InvalidSettingException>(() => Read((key, value))).Message;
        message.ShouldStartWith($"Authentication:Schemes:Bearer:{key}");
        message.ShouldNotContain("\n");
    }

    [Fact]
    public void An_authority_without_tls_has_to_be_wished_for() =>
        Read(("Authority", "http://login.example"), ("RequireHttpsMetadata", "false")).Authority.ShouldBe("http://login.example");

    [Fact]
    public void A_folder_that_cannot_be_made_names_its_variable() =>
        Should.Throw<InvalidSettingException>(() => Platform("/proc/nowhere").MakeDataFolder()).Message.ShouldStartWith("DATA_FOLDER");

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
