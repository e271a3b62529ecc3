using System.Text.RegularExpressions;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>Reads the default supplier from <c>SUPPLIER_…</c> (or <c>Supplier:…</c>), others from <c>Suppliers__{id}__…</c>.</summary>
/// <remarks>A bad value stops the start with a line that names its variable and never shows a secret.</remarks>
internal static partial class ReadSupplierSettings
{
    private const int Day = 86_400;
    private const int ShortestSecret = 16;
    private const string SimulatedKey = "simulated-supplier"; // the key of the simulated supplier
    private const int SimulatedImportDays = 21; // enough for a demo
    private static readonly string[] Names =
        ["Url", "ApiKey", "SyncInterval", "PollingMinimum", "Concurrency", "CallsPerMinute", "Timeout", "Import", "ImportDays", "NotificationSecret"];

    /// <param name="importSimulated">Whether the simulated supplier's products are imported by default.</param>
    /// <returns>The default supplier first, the others by id.</returns>
    public static IReadOnlyList<SupplierSettings> From(IConfiguration configuration, bool importSimulated) =>
    [
        Default(configuration, importSimulated),
        .. configuration.GetSection("Suppliers").GetChildren().OrderBy(section => section.Key, StringComparer.Ordinal).Select(Further),
    ];

    private static SupplierSettings Default(IConfiguration configuration, bool importSimulated)
    {
        var url = configuration.Text("SUPPLIER_URL", "Supplier:Url");
        var key = configuration.Text("SUPPLIER_API_KEY", "Supplier:ApiKey");
        if (url is null && key is not null)
            throw new InvalidSettingException(
                "SUPPLIER_API_KEY is set but SUPPLIER_URL is not. Set both for a real supplier, or none for the simulated one.");
        if (url is not null && key is null)
            throw new InvalidSettingException(
                "SUPPLIER_URL is set but SUPPLIER_API_KEY is not: an OCTO supplier asks for a bearer key. Set both, or none for the simulated one.");
#if !SIMULATION
        if (url is null) throw new InvalidSettingException(
            "SUPPLIER_URL is not set, and this build has no simulated supplier. Set SUPPLIER_URL and SUPPLIER_API_KEY.");
#endif
        return Read(SupplierSettings.DefaultId, new Source(configuration, name => name switch
        {
            "Url" => ("SUPPLIER_URL", "Supplier:Url"),
            "ApiKey" => ("SUPPLIER_API_KEY", "Supplier:ApiKey"),
            "SyncInterval" => ("SUPPLIER_SYNC_INTERVAL", "Supplier:SyncInterval"),
            "PollingMinimum" => ("SUPPLIER_POLLING_MINIMUM", "Supplier:PollingMinimum"),
            "Concurrency" => ("SUPPLIER_CONCURRENCY", "Supplier:Concurrency"),
            "CallsPerMinute" => ("SUPPLIER_CALLS_PER_MINUTE", "Supplier:CallsPerMinute"),
            "Timeout" => ("SUPPLIER_TIMEOUT", "Supplier:Timeout"),
            "NotificationSecret" => ("SUPPLIER_NOTIFICATION_SECRET", "Supplier:NotificationSecret"),
            "Import" => ("SUPPLIER_IMPORT", "Supplier:Import"),
            _ => ("SUPPLIER_IMPORT_DAYS", "Supplier:ImportDays"),
        }), SimulatedKey, import: url is not null || importSimulated);
    }

    private static SupplierSettings Further(IConfigurationSection section)
    {
        var id = section.Key.ToLowerInvariant(); // configuration names have no case
        if (id == SupplierSettings.DefaultId)
            throw new InvalidSettingException(
                "Suppliers__default is not a further supplier: the default one is set by SUPPLIER_URL and SUPPLIER_API_KEY.");
        if (!SupplierId().IsMatch(id))
            throw new InvalidSettingException($"Suppliers__{section.Key} is not a supplier id: use 1 to 32 letters, digits and hyphens.");
        if (section.GetChildren().FirstOrDefault(child => !Names.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new InvalidSettingException(
                $"Suppliers__{section.Key}__{unknown.Key} is no setting of a supplier. There are {string.Join(", ", Names)}.");
        var source = new Source(section, name => ($"Suppliers__{section.Key}__{name}", name));
        foreach (var needed in (string[])["Url", "ApiKey"])
            if (source.Text(needed) is null)
                throw new InvalidSettingException($"Suppliers__{section.Key}__{needed} is not set: a further supplier needs Url and ApiKey.");
        return Read(id, source, simulatedKey: "", import: true);
    }

    private static SupplierSettings Read(string id, Source source, string simulatedKey, bool import)
    {
        var minimum = source.Number("PollingMinimum", min: 1, max: 7 * Day) ?? 15;
        var interval = source.Number("SyncInterval", min: 1, max: 7 * Day);
        if (interval < minimum)
            throw new InvalidSettingException(
                $"{source.Variable("SyncInterval")} is {interval} but {source.Variable("PollingMinimum")} is {minimum}: a sync cannot run more " +
                $"often than the supplier may be polled.");
        return new SupplierSettings
        {
            Id = id,
            Url = source.Text("Url") is { } url ? ParseUrl(url, source) : null,
            ApiKey = source.Text("ApiKey") is { } key ? CheckKey(key, source) : simulatedKey,
            SyncInterval = interval is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            PollingMinimum = TimeSpan.FromSeconds(minimum),
            Concurrency = source.Number("Concurrency", min: 1, max: 256) ?? 16,
            CallsPerMinute = source.Number("CallsPerMinute", min: 1, max: 100_000),
            CallTimeout = TimeSpan.FromSeconds(source.Number("Timeout", min: 1, max: 300) ?? 15),
            Import = source.Flag("Import") ?? import,
            NotificationSecret = source.Text("NotificationSecret") is { } secret ? CheckSecret(secret, source) : null,
            ImportDays = source.Number("ImportDays", min: 1, max: 365) ?? (source.Text("Url") is null ? SimulatedImportDays : 60),
        };
    }

    private static string CheckKey(string key, Source source) => key.Any(c => c is <= ' ' or > '~')
        ? throw new InvalidSettingException(
            $"{source.Variable("ApiKey")} has a character that cannot be sent in a header: use printable ASCII without spaces.")
        : key;

    private static string CheckSecret(string secret, Source source) => secret.Length < ShortestSecret
        ? throw new InvalidSettingException(
            $"{source.Variable("NotificationSecret")} has fewer than {ShortestSecret} characters: anybody could guess it.")
        : secret;

    // The message leaves the value out: a URL may contain a password.
    private static Uri ParseUrl(string value, Source source) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        && url is { Host.Length: > 0, UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 }
            ? new Uri(value.EndsWith('/') ? value : value + "/")
            : throw new InvalidSettingException(
                $"{source.Variable("Url")} is not a base URL such as https://supplier.example/octo/ (http or https, no user, no query); " +
                $"the key goes into {source.Variable("ApiKey")}.");

    [GeneratedRegex("^[a-z0-9-]{1,32}$")]
    private static partial Regex SupplierId();

    /// <summary>The settings of one supplier: each as an environment variable or in a section.</summary>
    private sealed class Source(IConfiguration configuration, Func<string, (string Variable, string Section)> spelling)
    {
        public string Variable(string name) => spelling(name).Variable;

        public string? Text(string name) => configuration.Text(spelling(name).Variable, spelling(name).Section);

        public int? Number(string name, int min, int max) => Text(name) is null
            ? null
            : configuration.WholeNumber(spelling(name).Variable, spelling(name).Section, fallback: 0, min, max);

        public bool? Flag(string name) => configuration.Flag(spelling(name).Variable, spelling(name).Section);
    }
}
