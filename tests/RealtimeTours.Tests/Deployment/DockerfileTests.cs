using System.Text.Json;
using System.Xml.Linq;
using RealtimeTours.Tests.Architecture;

namespace RealtimeTours.Tests.Deployment;

public class DockerfileTests
{
    private static readonly string Text = SourceTree.Read("deploy/Dockerfile").Replace("\\\n", " ");
    private static readonly string[] Lines = [.. Text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];
    private static readonly string[] LastStage = [.. Lines.Skip(Array.FindLastIndex(Lines, line => line.StartsWith("FROM ")))];

    [Fact]
    public void Every_service_is_built_from_a_project_and_a_file_that_exist()
    {
        foreach (var host in ComposeRules.Hosts(ComposeFile.Parse(SourceTree.Read("docker-compose.yml"))))
        {
            File.Exists(SourceTree.PathOf(host.Dockerfile.ShouldNotBeNull())).ShouldBeTrue(host.Dockerfile);
            File.Exists(SourceTree.PathOf($"src/{host.Project}/{host.Project}.csproj")).ShouldBeTrue(host.Project);
        }
    }

    [Fact]
    public void Base_images_are_pinned() =>
        Lines.Where(line => line.StartsWith("FROM ")).Select(line => line.Split(' ')[1]).ShouldAllBe(image => ComposeRules.IsPinned(image));

    [Fact]
    public void The_host_does_not_run_as_root()
    {
        LastStage.Last(line => line.StartsWith("USER ")).ShouldBe("USER $APP_UID");
        Array.FindIndex(LastStage, line => line.StartsWith("USER "))
            .ShouldBeLessThan(Array.FindIndex(LastStage, line => line.StartsWith("ENTRYPOINT ")));
        LastStage.ShouldContain(line => line.StartsWith("HEALTHCHECK ") && line.EndsWith("""CMD ["/app/host", "--health"]"""));
    }

    [Fact]
    public void What_it_copies_exists_and_is_part_of_the_build_context()
    {
        var sent = SourceTree.Read(".dockerignore").Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..].TrimEnd('/')).ToArray();
        foreach (var source in Copied(Lines))
        {
            Path.Exists(SourceTree.PathOf(source)).ShouldBeTrue(source);
            sent.ShouldContain(allowed => source.TrimEnd('/') == allowed || source.StartsWith(allowed + "/"), source);
        }
    }

    [Fact]
    public void Restoring_sees_every_project_and_what_it_imports()
    {
        var before = Copied(Lines.TakeWhile(line => !line.StartsWith("RUN dotnet restore"))).ToArray();
        foreach (var project in SourceTree.Files("src", ".csproj"))
        {
            before.ShouldContain(project.Path);
            foreach (var import in XDocument.Parse(project.Text).Descendants("Import").Select(element => element.Attribute("Project")!.Value))
                before.ShouldContain($"{Path.GetDirectoryName(project.Path)!.Replace('\\', '/')}/{import}");
        }
    }

    [Fact]
    public void The_sdk_is_one_that_the_repository_asks_for()
    {
        var wanted =
            Version.Parse(JsonDocument.Parse(SourceTree.Read("global.json")).RootElement.GetProperty("sdk").GetProperty("version").GetString()!);
        var image = Version.Parse(Lines.Single(line => line.Contains("dotnet/sdk:")).Split("sdk:")[1].Split('-', ' ')[0]);
        (image.Major, image.Minor).ShouldBe((wanted.Major, wanted.Minor));
        image.ShouldBeGreaterThanOrEqualTo(wanted);
    }

    private static IEnumerable<string> Copied(IEnumerable<string> lines) =>
        lines.Where(line => line.StartsWith("COPY ") && !line.Contains("--from="))
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..^1]);
}
