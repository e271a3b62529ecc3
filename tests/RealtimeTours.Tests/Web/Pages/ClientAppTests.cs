using System.Diagnostics;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Web.Pages;

/// <summary>The pages' own tests and type check, so that one test command covers them too.</summary>
public class ClientAppTests
{
    [Theory]
    [InlineData("test")]
    [InlineData("run", "typecheck")]
    public Task The_pages_own_checks_pass(params string[] arguments) =>
        FinishedProcess.OutputOfAsync(
            new ProcessStartInfo("npm", arguments) { WorkingDirectory = Path.Combine(Repository.Root, "src", "Web", "ClientApp") });

    [Fact]
    public void The_lock_file_names_no_registry()
    {
        var lockFile = File.ReadAllText(Path.Combine(Repository.Root, "src", "Web", "ClientApp", "package-lock.json"));
        lockFile.ShouldNotContain("\"resolved\"", customMessage: "a registry address of one machine would break npm ci on the next");
    }
}
