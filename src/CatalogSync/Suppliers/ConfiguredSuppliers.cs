using System.Collections.Frozen;
using RealtimeTours.CatalogSync.Telemetry;

namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>A supplier of the configuration with its own client: its budgets, circuit and pauses are nobody else's.</summary>
internal sealed record ConfiguredSupplier(SupplierSettings Settings, OctoClient Client)
{
    public string Id => Settings.Id;
}

/// <summary>Every supplier of the configuration, the default one first.</summary>
/// <param name="simulated">Where the simulated supplier listens, for the one without a URL.</param>
internal sealed class ConfiguredSuppliers(
    IReadOnlyList<SupplierSettings> settings, SupplierAddress simulated, CatalogSyncMetrics metrics, TimeProvider time) : IDisposable
{
    private readonly FrozenDictionary<string, ConfiguredSupplier> _byId = settings.ToFrozenDictionary(
        one => one.Id,
        one => new ConfiguredSupplier(one, new OctoClient(
            one.Url is { } url ? _ => ValueTask.FromResult(url) : simulated, one, metrics, time)));

    public IEnumerable<ConfiguredSupplier> All => settings.Select(one => _byId[one.Id]);

    /// <param name="id">As in <c>tours.supplier_id</c>.</param>
    /// <returns>Null where the configuration does not name it (any more): its tours keep their figures.</returns>
    public ConfiguredSupplier? Find(string id) => _byId.GetValueOrDefault(id);

    public void Dispose()
    {
        foreach (var supplier in _byId.Values) supplier.Client.Dispose();
    }
}
