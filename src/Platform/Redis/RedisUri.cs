using System.Globalization;
using System.Text.RegularExpressions;

namespace RealtimeTours.Platform.Redis;

/// <summary>A Redis URI, by IANA's list and as Lettuce, redis-py and ioredis read it. .NET's <see cref="Uri"/> has no lists of hosts.</summary>
internal static partial class RedisUri
{
    /// <summary>Other clients' names for keywords, in the query.</summary>
    private static readonly Dictionary<string, string> QueryNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["db"] = "defaultDatabase", ["database"] = "defaultDatabase", ["username"] = "user", ["clientName"] = "name", ["client_name"] = "name",
        ["sentinelMasterId"] = "serviceName", ["sentinelServiceName"] = "serviceName",
    };

    /// <summary>Null if the text is not a URI.</summary>
    public static (IEnumerable<string> Hosts, IEnumerable<(string Name, string Value)> Settings)? Read(string text)
    {
        if (UriShape().Match(text) is not { Success: true, Groups: var uri }) return null;
        var scheme = uri["scheme"].Value.ToLowerInvariant();
        if (scheme is not ("redis" or "rediss" or "redis-sentinel" or "rediss-sentinel"))
            throw RedisAddress.Refused(
                $"has the scheme {scheme}, not redis, rediss, redis-sentinel or rediss-sentinel (a Unix socket is written " +
                $"!/path/redis.sock,password=…)");
        var authority = uri["authority"].Value.Split('@');
        if (authority.Length > 2 || uri["rest"].Value.Contains('@'))
            throw RedisAddress.Refused(
                "has an @ too many: user and password stand once, before the first host, with their @ : / ? # and % percent-encoded");

        List<(string Name, string Value)> settings = [.. Query(uri["query"].Value)];
        var user = authority.Length == 2 ? authority[0].Split(':', 2) : [];
        if (user is [{ Length: > 0 } name, ..]) settings.Add(("user", Uri.UnescapeDataString(name)));
        if (user is [_, { Length: > 0 } password]) settings.Add(("password", Uri.UnescapeDataString(password)));
        if (scheme.StartsWith("rediss", StringComparison.Ordinal)) settings.Add(("ssl", "true"));
        var sentinel = scheme.EndsWith("sentinel", StringComparison.Ordinal);
        settings.AddRange(PathAndFragment(uri["path"].Value, uri["fragment"], sentinel));

        // Explicit, because the library alone takes port 6380 for TLS.
        var hasService = settings.Exists(setting => setting.Name.Equals("serviceName", StringComparison.OrdinalIgnoreCase));
        if (sentinel && !hasService)
            throw RedisAddress.Refused("does not name the master that the sentinels watch, as redis-sentinel://host:26379/mymaster does");
        return (authority[^1].Split(',').Select(host => WithPort(host, hasService ? 26_379 : 6_379)), settings);
    }

    // host/0; for sentinels host/mymaster, host/mymaster/0, or as Lettuce writes it host/0#mymaster.
    private static IEnumerable<(string Name, string Value)> PathAndFragment(string path, Group fragment, bool sentinel)
    {
        if (fragment.Success && !sentinel) throw RedisAddress.Refused("has a fragment, which means nothing here: a # in the password is written %23");
        if (fragment.Success) yield return ("serviceName", Uri.UnescapeDataString(fragment.Value));
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        if (sentinel && parts is [var service, ..] && !IsNumber(service))
        {
            yield return ("serviceName", service);
            parts = parts[1..];
        }
        if (parts.Length > 1 || !parts.All(IsNumber))
            throw RedisAddress.Refused("has a path that is not the number of a database, as in redis://host:6379/0");
        if (parts is [var database]) yield return ("defaultDatabase", database);
    }

    private static IEnumerable<(string Name, string Value)> Query(string query) =>
        from pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries)
        let parts = pair.Split('=', 2)
        let name = Uri.UnescapeDataString(parts[0])
        select (QueryNames.GetValueOrDefault(name, name), Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? ""));

    /// <summary>Empty, which is no host, if it is neither a name nor an address.</summary>
    private static string WithPort(string host, int port) =>
        HostShape().Match(host) is not { Success: true } shape ? "" : shape.Groups["port"].Success ? host : $"{host}:{port}";

    private static bool IsNumber(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    // RFC 3986, appendix B; the authority may be a list of hosts.
    [GeneratedRegex(@"^(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<authority>[^/?#]*)(?<rest>(?<path>[^?#]*)(\?(?<query>[^#]*))?(#(?<fragment>.*))?)$")]
    private static partial Regex UriShape();

    [GeneratedRegex(@"^(\[[^\]]+\]|[^:\[\]!]+)(?<port>:[0-9]+)?$")]
    private static partial Regex HostShape();
}
