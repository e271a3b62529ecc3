using Microsoft.Extensions.Configuration;
using RealtimeTours.CatalogSync;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Tests.CatalogSync.Suppliers;

/// <summary>Several suppliers by configuration, each with budgets of its own.</summary>
public class SupplierSettingsTests
{
    [Fact]
    public void Further_suppliers_stand_beside_the_default_one_with_settings_of_their_own()
    {
        var suppliers = Read(
            ("SUPPLIER_URL", "https://a.example/octo"), ("SUPPLIER_API_KEY", "a"), ("SUPPLIER_CALLS_PER_MINUTE", "90"),
            ("Suppliers:Beta-2:Url", "https://b.example/"), ("Suppliers:Beta-2:ApiKey", "b"), ("Suppliers:Beta-2:SyncInterval", "1800"),
            ("Suppliers:Beta-2:PollingMinimum", "900"), ("Suppliers:Beta-2:Concurrency", "3"), ("Suppliers:Beta-2:Timeout", "7"),
            ("Suppliers:Beta-2:Import", "false"));
        suppliers.Select(one => (one.Id, one.ApiKey, one.CallsPerMinute, one.Import))
            .ShouldBe([("default", "a", 90, true), ("beta-2", "b", null, false)]);
        var beta = suppliers[1];
        (beta.SyncInterval, beta.PollingMinimum, beta.Concurrency, beta.CallTimeout)
            .ShouldBe((TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(15), 3, TimeSpan.FromSeconds(7)));
    }

    [Fact]
    public void Every_run_asks_about_every_tour_unless_told_otherwise() =>
        Read(("SUPPLIER_POLLING_MINIMUM", "900")).Single().SyncInterval.ShouldBeNull();

    [Fact]
    public void The_simulated_suppliers_products_come_with_the_sample_catalogue_only()
    {
        Read().Single().Import.ShouldBeTrue();
        Read(("SAMPLE_CATALOGUE", "false")).Single().Import.ShouldBeFalse();
        Read(("SAMPLE_CATALOGUE", "false"), ("SUPPLIER_IMPORT", "true")).Single().Import.ShouldBeTrue();
    }

    [Theory]
    [InlineData("SUPPLIER_SYNC_INTERVAL", "0", "SUPPLIER_SYNC_INTERVAL")]
    [InlineData("SUPPLIER_SYNC_INTERVAL", "5m", "SUPPLIER_SYNC_INTERVAL")]
    [InlineData("SUPPLIER_SYNC_INTERVAL", "10", "SUPPLIER_POLLING_MINIMUM")]
    [InlineData("SUPPLIER_NOTIFICATION_SECRET", "hunter2", "SUPPLIER_NOTIFICATION_SECRET")]
    [InlineData("SUPPLIER_POLLING_MINIMUM", "-1", "SUPPLIER_POLLING_MINIMUM")]
    [InlineData("SUPPLIER_CONCURRENCY", "0", "SUPPLIER_CONCURRENCY")]
    [InlineData("SUPPLIER_CALLS_PER_MINUTE", "many", "SUPPLIER_CALLS_PER_MINUTE")]
    [InlineData("SUPPLIER_TIMEOUT", "301", "SUPPLIER_TIMEOUT")]
    [InlineData("SUPPLIER_IMPORT", "perhaps", "SUPPLIER_IMPORT")]
    [InlineData("Suppliers:beta:Url", "beta.example", "Suppliers__beta__Url")]
    [InlineData("Suppliers:beta:ApiKey", "hunter2 x", "Suppliers__beta__ApiKey")]
    [InlineData("Suppliers:beta:ApiKey", " ", "Suppliers__beta__ApiKey")]
    [InlineData("Suppliers:beta:Timeout", "soon", "Suppliers__beta__Timeout")]
    [InlineData("Suppliers:beta:CallsPerMinute", "0", "Suppliers__beta__CallsPerMinute")]
    [InlineData("Suppliers:beta:Timeuot", "5", "Suppliers__beta__Timeuot")]
    [InlineData("Suppliers:default:Url", "https://b.example", "SUPPLIER_URL")]
    [InlineData("Suppliers:be ta:Url", "https://b.example", "Suppliers__be ta")]
    public void A_value_that_cannot_be_used_stops_the_start_with_a_line_that_names_it(string name, string value, string named)
    {
        var error = Should.Throw<InvalidSettingException>(
            () => Read(("Suppliers:beta:Url", "https://b.example"), ("Suppliers:beta:ApiKey", "b"), (name, value)));
        error.Message.ShouldContain(named);
        error.Message.ShouldNotContain("hunter2");
        error.Message.ShouldNotContain("\n");
    }

    private static IReadOnlyList<SupplierSettings> Read(params (string Name, string Value)[] values)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.GroupBy(value => value.Name).Select(same => KeyValuePair.Create(same.Key, (string?)same.Last().Value)))
                .Build();
        return CatalogSyncSettings.Read(configuration, PlatformSettings.Read(configuration, "/", standalone: false)).Suppliers;
    }
}
