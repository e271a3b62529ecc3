namespace RealtimeTours.Tests.Architecture;

/// <summary>The dependency rules of the house. For each rule a second test plants a violation and sees it found.</summary>
public class DependencyRulesTests
{
    private static readonly IReadOnlyList<SourceFile> Code = SourceTree.Files("src", ".cs");
    private static readonly IReadOnlyList<SourceFile> Projects = SourceTree.Files("src", ".csproj");

    [Fact]
    public void The_rules_see_the_projects_and_their_code()
    {
        foreach (var name in new[] { "Contracts", "Platform", "Bookings", "RealtimeHub", "CatalogSync", "Web" })
        {
            Projects.ShouldContain(project => project.Path == $"src/{name}/{name}.csproj");
            Code.ShouldContain(file => file.Path.StartsWith($"src/{name}/"));
        }
    }

    [Fact]
    public void References_between_projects_point_one_way() => Projects.SelectMany(DependencyRules.ProjectReferences).ShouldBeEmpty();

    [Theory]
    [InlineData("src/RealtimeHub/RealtimeHub.csproj", "../Web/Web.csproj")]
    [InlineData("src/Contracts/Contracts.csproj", "../Platform/Platform.csproj")]
    [InlineData("src/Platform/Platform.csproj", "../RealtimeHub/RealtimeHub.csproj")]
    [InlineData("src/Modules/Loyalty/Loyalty.csproj", "../Payments/Payments.csproj")]
    public void A_reference_the_other_way_is_found(string project, string reference) =>
        DependencyRules.ProjectReferences(Planted(project, $"""<Project><ItemGroup><ProjectReference Include="{reference}" /></ItemGroup></Project>"""))
            .ShouldHaveSingleItem();

    [Fact]
    public void Contracts_needs_no_package() => Projects.SelectMany(DependencyRules.ContractsPackages).ShouldBeEmpty();

    [Fact]
    public void A_package_of_Contracts_is_found() =>
        DependencyRules.ContractsPackages(Planted("src/Contracts/Contracts.csproj", """<Project><PackageReference Include="Dapper" /></Project>"""))
            .ShouldHaveSingleItem();

    [Fact]
    public void Package_versions_are_pinned_in_one_place() =>
        Projects.Concat(SourceTree.Files("tests", ".csproj")).SelectMany(DependencyRules.PinnedCentrally).ShouldBeEmpty();

    [Fact]
    public void A_version_in_a_project_is_found() =>
        DependencyRules.PinnedCentrally(Planted("src/Web/Web.csproj", """<Project><PackageReference Include="Dapper" VersionOverride="2.0.0" /></Project>"""))
            .ShouldHaveSingleItem();

    [Fact]
    public void Drivers_are_used_only_in_files_named_after_them() => Code.SelectMany(DependencyRules.Drivers).ShouldBeEmpty();

    [Theory]
    [InlineData("using RabbitMQ.Client;")]
    [InlineData("using StackExchange.Redis;")]
    [InlineData("using Npgsql;")]
    [InlineData("using Sqlite = Microsoft.Data.Sqlite;")]
    [InlineData("using RabbitMQ.Client.Events;")]
    [InlineData("    var source = Npgsql.NpgsqlDataSource.Create(url);")]
    public void A_driver_elsewhere_is_found(string line) =>
        DependencyRules.Drivers(Planted("src/Bookings/Bookings/BookSeats.cs", line)).ShouldHaveSingleItem();

    [Fact]
    public void A_driver_in_the_file_of_another_is_found() =>
        DependencyRules.Drivers(Planted("src/Platform/Redis/RedisConnection.cs", "using Npgsql;")).ShouldHaveSingleItem();

    [Fact]
    public void A_driver_at_home_is_fine() =>
        DependencyRules.Drivers(Planted("src/Platform/Redis/RedisConnection.cs", "using StackExchange.Redis;")).ShouldBeEmpty();

    [Fact]
    public void Platform_uses_the_envelope_alone() => Code.SelectMany(DependencyRules.PlatformKnowsNoTour).ShouldBeEmpty();

    [Fact]
    public void Platform_using_an_event_is_found() =>
        DependencyRules.PlatformKnowsNoTour(Planted("src/Platform/Messaging/IEventBus.cs", "using RealtimeTours.Contracts.Events;"))
            .ShouldHaveSingleItem();

    [Fact]
    public void Modules_know_each_other_through_events_only() => Code.SelectMany(DependencyRules.ModulesKnowOnlyEvents).ShouldBeEmpty();

    [Fact]
    public void A_module_using_another_is_found()
    {
        DependencyRules.ModulesKnowOnlyEvents(Planted("src/Modules/Loyalty/AwardPoints.cs", "using RealtimeTours.Modules.Payments;"))
            .ShouldHaveSingleItem();
        DependencyRules.ModulesKnowOnlyEvents(Planted("src/Modules/Loyalty/AwardPoints.cs", "namespace RealtimeTours.Modules.Loyalty;"))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Modules_use_the_bookings_through_their_port() => Code.SelectMany(DependencyRules.ModulesKnowThePortOfBookings).ShouldBeEmpty();

    [Theory]
    [InlineData("using RealtimeTours.Bookings;")]
    [InlineData("using RealtimeTours.Bookings.Departures;")]
    [InlineData("    private readonly Bookings.Tours.Catalogue _catalogue;")]
    public void A_module_that_reaches_behind_the_port_is_found(string line) =>
        DependencyRules.ModulesKnowThePortOfBookings(Planted("src/Modules/TourCompletion/RateBooking.cs", line)).ShouldHaveSingleItem();

    [Theory]
    [InlineData("src/Modules/TourCompletion/RateBooking.cs", "using RealtimeTours.Bookings.Completion;")]
    [InlineData("src/Web/Tours/SaveTour.cs", "using RealtimeTours.Bookings.Departures;")]
    public void The_port_and_a_host_are_fine(string path, string line) =>
        DependencyRules.ModulesKnowThePortOfBookings(Planted(path, line)).ShouldBeEmpty();

    [Fact]
    public void Nobody_uses_Web() => Code.SelectMany(DependencyRules.NobodyKnowsWeb).ShouldBeEmpty();

    [Fact]
    public void A_use_of_Web_is_found() =>
        DependencyRules.NobodyKnowsWeb(Planted("src/RealtimeHub/Program.cs", "using RealtimeTours.Web.Bookings;")).ShouldHaveSingleItem();

    private static SourceFile Planted(string path, string text) => new(path, text);
}
