using System.Text.Json;

namespace RealtimeTours.Tests.Deployment;

/// <summary>What <c>dotnet user-jwts create</c> needs of a project, or it gives up: seen with the tool itself, which writes into the user's home.</summary>
public class UserJwtsTests
{
    [Theory]
    [InlineData("Web")]
    [InlineData("RealtimeHub")]
    public void It_finds_where_to_keep_the_key_an_audience_and_the_settings_it_completes(string project)
    {
        var folder = Path.Combine(Repository.Root, "src", project);
        File.ReadAllText(Path.Combine(folder, $"{project}.csproj")).ShouldContain("<UserSecretsId>realtimetours</UserSecretsId>");
        JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "appsettings.Development.json"))).RootElement.ValueKind.ShouldBe(JsonValueKind.Object);

        var profiles = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "Properties", "launchSettings.json"))).RootElement
            .GetProperty("profiles").EnumerateObject().Select(profile => profile.Value).ToArray();
        profiles.Any(profile => profile.TryGetProperty("applicationUrl", out _)).ShouldBeTrue();
        // `dotnet run` takes the first, and an address there would win over ASPNETCORE_URLS.
        profiles[0].TryGetProperty("applicationUrl", out _).ShouldBeFalse();
    }
}
