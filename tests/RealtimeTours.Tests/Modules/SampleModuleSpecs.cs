using Mono.Cecil;
using RealtimeTours.Modules.Popularity;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting.Modules;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Platform.Storage;

namespace RealtimeTours.Tests.Modules;

/// <summary>
/// The module of docs/how-to.md, in a host that knows it by one line: its table is made, its consumer counts, its endpoint answers.
/// </summary>
public abstract class SampleModuleSpecs(TestWeb web)
{
    private static readonly DateTimeOffset Soon = TestWeb.InDays(20);

    [Fact]
    public async Task A_module_with_a_table_a_consumer_and_an_endpoint_needs_one_line()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        using var ada = web.SignedIn("ada");
        (await ada.GetAnswerAsync($"/api/tours/{tour}/popularity")).Data.GetProperty("seats").GetInt64().ShouldBe(0);
        (await ada.BookAsync(tour, Soon, 2)).Status.ShouldBe(201);
        (await ada.BookAsync(tour, Soon, 3)).Status.ShouldBe(201);
        await Eventually.ShouldBeTrueAsync(async () =>
            (await ada.GetAnswerAsync($"/api/tours/{tour}/popularity")).Data.GetProperty("seats").GetInt64() == 5);
    }

    [Fact]
    public void It_uses_nothing_but_what_every_module_may_use()
    {
        using var assembly = AssemblyDefinition.ReadAssembly(typeof(SampleModuleSpecs).Assembly.Location);
        var used = assembly.MainModule.GetTypes()
            .Where(type =>
                type.Namespace == typeof(PopularityModule).Namespace || type.DeclaringType?.Namespace == typeof(PopularityModule).Namespace)
            .SelectMany(type => type.Methods).Where(method => method.HasBody).SelectMany(method => method.Body.Instructions)
            .Select(instruction => instruction.Operand).OfType<MethodReference>()
            .Where(method => method.DeclaringType.Scope.Name.StartsWith("RealtimeTours.", StringComparison.Ordinal))
            .Where(method => method.DeclaringType.Scope.Name != assembly.MainModule.Name)
            .Select(method => (Assembly: method.DeclaringType.Scope.Name, Method: method.Resolve())).ToArray();
        used.ShouldNotBeEmpty();
        used.Where(use => !use.Method.IsPublic || !use.Method.DeclaringType.IsPublic).Select(use => use.Method.FullName).ShouldBeEmpty();
        used.Select(use => use.Assembly).Distinct().ShouldBe(["RealtimeTours.Contracts", "RealtimeTours.Platform"], ignoreOrder: true);
    }
}

public sealed class SqliteSampleModuleTests(SqliteSampleModuleTests.Web web) : SampleModuleSpecs(web), IClassFixture<SqliteSampleModuleTests.Web>
{
    public sealed class Web : TestWeb
    {
        protected override IReadOnlyList<IModule> FurtherModules => [new PopularityModule()];

        protected override Task<PlatformSettings> SettingsAsync(string folder) => Task.FromResult(TestDatabases.SqliteIn(folder));
    }
}

public sealed class PostgresSampleModuleTests(PostgresSampleModuleTests.Web web)
    : SampleModuleSpecs(web), IClassFixture<PostgresSampleModuleTests.Web>
{
    public sealed class Web : TestWeb
    {
        protected override IReadOnlyList<IModule> FurtherModules => [new PopularityModule()];

        protected override Task<PlatformSettings> SettingsAsync(string folder) => TestDatabases.PostgresAsync(folder);
    }
}
