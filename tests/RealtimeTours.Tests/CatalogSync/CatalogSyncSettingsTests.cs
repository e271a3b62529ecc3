using Microsoft.Extensions.Configuration;
using RealtimeTours.CatalogSync;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Tests.CatalogSync;

public class CatalogSyncSettingsTests
{
    [Fact]
    public void With_nothing_set_it_runs_every_five_minutes_against_the_simulated_supplier_with_the_sample_catalogue()
    {
        var settings = Read([]);
        settings.DefaultSupplier.Url.ShouldBeNull();
        settings.SampleCatalogue.ShouldBeTrue();
        settings.Schedule.NextAfter(new DateTimeOffset(2026, 2, 10, 10, 31, 0, TimeSpan.Zero))
            .ShouldBe(new DateTimeOffset(2026, 2, 10, 10, 35, 0, TimeSpan.Zero));
    }

    [Fact]
    public void The_cron_is_read_in_utc() =>
        SyncSchedule.Parse("0 0 12 * * ?").NextAfter(new DateTimeOffset(2026, 2, 10, 13, 0, 0, TimeSpan.FromHours(2)))
            .ShouldBe(new DateTimeOffset(2026, 2, 10, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("every five minutes")]
    [InlineData("0/5 * * * *")]
    [InlineData("99 * * * * ?")]
    [InlineData("0 0/99 * * * ?")]
    [InlineData("0 0 25 * * ?")]
    [InlineData("0 0 0 1 1 ? 2020")]
    public void A_cron_that_cannot_fire_stops_the_start_and_is_named(string cron) =>
        Should.Throw<InvalidSettingException>(() => Read(new() { ["SYNC_CRON"] = cron })).Message.ShouldContain("SYNC_CRON");

    [Theory]
    [InlineData("SUPPLIER_URL", "https://supplier.example/octo", "Supplier:ApiKey", "key")]
    [InlineData("Supplier:Url", "https://supplier.example/octo/", "SUPPLIER_API_KEY", "key")]
    public void Both_spellings_work_and_the_base_url_keeps_its_path(string urlName, string url, string keyName, string key)
    {
        var supplier = Read(new() { [urlName] = url, [keyName] = key }).DefaultSupplier;
        new Uri(supplier.Url!, "availability").ToString().ShouldBe("https://supplier.example/octo/availability");
        supplier.ApiKey.ShouldBe("key");
    }

    [Theory]
    [InlineData("supplier.example", "key", "SUPPLIER_URL")]
    [InlineData("ftp://supplier.example", "key", "SUPPLIER_URL")]
    [InlineData("https://user:hunter2@supplier.example", "key", "SUPPLIER_URL")]
    [InlineData("https://supplier.example", null, "SUPPLIER_API_KEY")]
    [InlineData(null, "hunter2", "SUPPLIER_URL")]
    [InlineData("https://supplier.example", "hunter2\u00e9", "SUPPLIER_API_KEY")]
    [InlineData("https://supplier.example", "hunter2 x", "SUPPLIER_API_KEY")]
    public void A_supplier_that_cannot_be_called_stops_the_start_without_showing_a_secret(string? url, string? key, string named)
    {
        var error = Should.Throw<InvalidSettingException>(() => Read(new() { ["SUPPLIER_URL"] = url, ["SUPPLIER_API_KEY"] = key }));
        error.Message.ShouldContain(named);
        error.Message.ShouldNotContain("hunter2");
        error.Message.ShouldNotContain("\n");
    }

    [Fact]
    public void A_distributed_host_adds_no_sample_tours_unless_told()
    {
        var distributed = new Dictionary<string, string?>
        {
            ["RABBITMQ_URL"] = "amqp://localhost", ["REDIS_URL"] = "redis://localhost", ["DATABASE_URL"] = "postgres://localhost/x",
        };
        Read(distributed).SampleCatalogue.ShouldBeFalse();
        Read(new(distributed) { ["SAMPLE_CATALOGUE"] = "true" }).SampleCatalogue.ShouldBeTrue();
        Should.Throw<InvalidSettingException>(() => Read(new(distributed) { ["SAMPLE_CATALOGUE"] = "maybe" }))
            .Message.ShouldContain("SAMPLE_CATALOGUE");
    }

    private static CatalogSyncSettings Read(Dictionary<string, string?> values)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        return CatalogSyncSettings.Read(configuration, PlatformSettings.Read(configuration, "/", standalone: false));
    }
}
