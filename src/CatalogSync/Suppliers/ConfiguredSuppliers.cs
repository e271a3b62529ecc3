using System.Collections.Frozen;
using RealtimeTours.CatalogSync.Telemetry;

namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>A supplier with its own client: it shares its token budget, circuit breaker and pauses with no other supplier.</summary>
internal sealed record ConfiguredSupplier(SupplierSettings Settings, OctoClient Client)
{
    public string Id => Settings.Id;
}

/// <param name="simulated">The address of the simulated supplier, used by the one without a URL.</param>
internal sealed class ConfiguredSuppliers(
    IReadOnlyList<SupplierSettings> settings, SupplierAddress simulated, CatalogSyncMetrics metrics, TimeProvider time) : IDisposable
{
    private readonly FrozenDictionary<string, ConfiguredSupplier> _byId = settings.ToFrozenDictionary(
        one => one.Id,
        one => new ConfiguredSupplier(one, new OctoClient(
            one.Url is { } url ? _ => ValueTask.FromResult(url) : simulated, one, metrics, time)));

    public IEnumerable<ConfiguredSupplier> All => settings.Select(one => _byId[one.Id]);

    /// <returns>Null where the id is not configured (any more): its tours keep their figures.</returns>
    public ConfiguredSupplier? Find(string id) => _byId.GetValueOrDefault(id);

    public void Dispose()
    {
        foreach (var supplier in _byId.Values) supplier.Client.Dispose();
    }
}
