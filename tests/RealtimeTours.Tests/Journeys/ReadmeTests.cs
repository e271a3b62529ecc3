using System.Diagnostics;
using System.Text.RegularExpressions;
using RealtimeTours.Tests.Clients;

namespace RealtimeTours.Tests.Journeys;

/// <summary>The README's code is run as it stands there, only with this test's addresses.</summary>
public sealed partial class ReadmeTests : IAsyncLifetime
{
    private RunningSystem _system = null!;

    public async Task InitializeAsync() => _system = await RunningSystem.StartDistributedAsync(await ServerSettings.OnSharedServersAsync());

    public async Task DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task What_the_foreign_publishers_lines_publish_the_front_end_developers_lines_show()
    {
        var servers = _system.Servers!;
        using var watcher = Start(Snippet("@microsoft/signalr").Replace("http://localhost:3007/hubs/availability", _system.Hubs[0]));
        try
        {
            using var publisher = Start(Snippet("amqplib")
                .Replace("amqp://guest:guest@localhost:5672", servers.RabbitMq).Replace("'tour_booking_events'", $"'{servers.Exchange}'"));
            await publisher.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
            publisher.ExitCode.ShouldBe(0, await publisher.StandardError.ReadToEndAsync());

            string? line;
            do line = await watcher.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2));
            while (line?.Contains("Information:", StringComparison.Ordinal) == true); // the client's own log

            line.ShouldNotBeNull(await ErrorsAsync(watcher));
            line.ShouldStartWith("rome-by-night 2031-05-01T19:00:00Z: 7 seats");
        }
        finally
        {
            if (!watcher.HasExited) watcher.Kill();
        }
    }

    [Fact]
    public void Every_file_the_readme_links_to_exists()
    {
        var links = LocalLink().Matches(Text).Select(match => match.Groups[1].Value).Where(link => !link.StartsWith("http", StringComparison.Ordinal))
            .ToArray();
        links.Length.ShouldBeGreaterThan(5);
        links.Where(link => !Path.Exists(Path.Combine(Repository.Root, link))).ShouldBeEmpty();
    }

    [Fact]
    public void Every_file_a_document_links_to_exists()
    {
        var docs = Path.Combine(Repository.Root, "docs");
        var broken = from file in Directory.GetFiles(docs, "*.md", SearchOption.AllDirectories)
                     from link in LocalLink().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)
                     where !link.StartsWith("http", StringComparison.Ordinal) && !Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, link))
                     select $"{Path.GetFileName(file)}: {link}";
        broken.ShouldBeEmpty();
    }

    private static string Text => File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    private static string Snippet(string package) =>
        CodeBlock().Matches(Text).Select(match => match.Groups[1].Value).Single(code => code.Contains($"'{package}'", StringComparison.Ordinal));

    // Node finds the packages from the folder a script is in, so the code is handed over on the command line of that folder.
    private static Process Start(string code) => NodeScript.Start(["--input-type=module", "--eval", code]);

    private static async Task<string> ErrorsAsync(Process process) => process.HasExited ? await process.StandardError.ReadToEndAsync() : "";

    [GeneratedRegex(@"```js\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex LocalLink();
}
