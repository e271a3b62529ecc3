using System.Diagnostics;

namespace RealtimeTours.Tests.Pages;

/// <summary>The pages' own tests and type check, so that one test command covers them too.</summary>
public class ClientAppTests
{
    [Theory]
    [InlineData("test")]
    [InlineData("run", "typecheck")]
    public async Task The_pages_own_checks_pass(params string[] arguments)
    {
        var start = new ProcessStartInfo("npm", arguments)
        {
            WorkingDirectory = Path.Combine(Repository.Root, "src", "Web", "ClientApp"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var npm = Process.Start(start)!;
        var output = npm.StandardOutput.ReadToEndAsync();
        var errors = npm.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        await npm.WaitForExitAsync(deadline.Token);
        npm.ExitCode.ShouldBe(0, $"npm {string.Join(' ', arguments)}\n{await output}\n{await errors}");
    }

    [Fact]
    public void The_lock_file_names_no_registry()
    {
        var lockFile = File.ReadAllText(Path.Combine(Repository.Root, "src", "Web", "ClientApp", "package-lock.json"));
        lockFile.ShouldNotContain("\"resolved\"", customMessage: "a registry address of one machine would break npm ci on the next");
    }
}
