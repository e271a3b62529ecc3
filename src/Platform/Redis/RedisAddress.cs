using System.Net;
using RealtimeTours.Platform.Configuration;
using StackExchange.Redis;

namespace RealtimeTours.Platform.Redis;

/// <summary>Reads <c>REDIS_URL</c>: a URI (<c>redis</c>, <c>rediss</c>, <c>redis-sentinel</c>) or StackExchange.Redis's <c>host:port,…</c>.</summary>
public static class RedisAddress
{
    // Their values may contain a comma, which the library's own parser would take for the end of the value.
    private static readonly Dictionary<string, Action<ConfigurationOptions, string>> Credentials = new(StringComparer.OrdinalIgnoreCase)
    {
        ["user"] = (options, value) => options.User = value,
        ["password"] = (options, value) => options.Password = value,
        ["sentinelUser"] = (options, value) => options.SentinelUser = value,
        ["sentinelPassword"] = (options, value) => options.SentinelPassword = value,
    };

    // Each connection sets these itself: timeouts and channel prefix.
    private static readonly HashSet<string> SetLater =
        new(["asyncTimeout", "syncTimeout", "channelPrefix", "heartbeatConsistencyChecks"], StringComparer.OrdinalIgnoreCase);

    /// <exception cref="InvalidSettingException">A part is unreadable or not supported. One line without secrets names it.</exception>
    public static ConfigurationOptions Parse(string value)
    {
        var (hosts, settings) = RedisUri.Read(value) ?? Keywords(value);
        var given = Once(settings);
        var options = Options(hosts, given);
        options.AbortOnConnectFail = false; // keep connecting if Redis is down at start
        options.ConnectTimeout = 2_000;
        options.ConnectRetry = 1;
        options.KeepAlive = 5; // for the second connection, which subscriptions need before Redis 6
        options.ReconnectRetryPolicy = new LinearRetry(500); // checked once a second
        RefuseWhatIsTuned(given, options);
        return options;
    }

    internal static InvalidSettingException Refused(string reason) =>
        new($"REDIS_URL {string.Concat(reason.Select(character => char.IsControl(character) ? ' ' : character))}.");

    private static (IEnumerable<string> Hosts, IEnumerable<(string Name, string Value)> Settings) Keywords(string value)
    {
        var (hosts, settings) = (new List<string>(), new List<(string, string)>());
        var afterPassword = false;
        foreach (var item in value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = item.Split('=', 2, StringSplitOptions.TrimEntries);
            // Not shown: it may be part of the password.
            if (afterPassword && (parts.Length == 1 || Effect(parts[0], parts[1]).Problem is not null))
                throw Refused("has something after a password that is no keyword: a password with a comma can be written in a redis:// URI, as %2C");
            if (parts.Length == 1) hosts.Add(item);
            else settings.Add((parts[0], parts[1]));
            afterPassword = parts.Length == 2 && parts[0].EndsWith("password", StringComparison.OrdinalIgnoreCase);
        }
        return (hosts, settings);
    }

    private static Dictionary<string, string> Once(IEnumerable<(string Name, string Value)> settings)
    {
        var given = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in settings)
        {
            if (Effect(name, value).Problem is { } problem) throw Refused(problem);
            if (!given.TryAdd(name, value) && given[name] != value) throw Refused($"sets {name} twice, and not to the same");
        }
        return given;
    }

    private static ConfigurationOptions Options(IEnumerable<string> hosts, Dictionary<string, string> given)
    {
        var keywords =
            string.Join(',', given.Where(setting => !Credentials.ContainsKey(setting.Key)).Select(setting => $"{setting.Key}={setting.Value}"));
        var options = keywords.Length > 0 ? ConfigurationOptions.Parse(keywords) : new ConfigurationOptions();
        foreach (var (name, set) in Credentials)
            if (given.TryGetValue(name, out var value)) set(options, value);

        foreach (var (host, i) in hosts.Select((host, i) => (host, i)))
            options.EndPoints.TryAdd(
                EndPointOf(host) ?? throw Refused($"has a host that cannot be read, number {i + 1} in it: host, host:port, or [IPv6]:port"));
        if (options.EndPoints.Count == 0) throw Refused("names no host, as redis://:password@host:6379/0 and host:6379,password=secret do");
        if (options.DefaultDatabase < 0) throw Refused("names a database below 0");
        if (options is { DefaultDatabase: > 0, EndPoints.Count: > 1, ServiceName: null })
            throw Refused($"names several hosts and database {options.DefaultDatabase}: a cluster has database 0 alone");
        return options;
    }

    // The library's text of the options has the values in force; the product's came last, so a given one that is missing was overridden.
    private static void RefuseWhatIsTuned(Dictionary<string, string> given, ConfigurationOptions options)
    {
        var inForce = $",{options.ToString(includePassword: false)},";
        foreach (var (name, value) in given.Where(setting => !Credentials.ContainsKey(setting.Key)))
            if (SetLater.Contains(name) || !inForce.Contains($",{Effect(name, value).Text},", StringComparison.Ordinal))
                throw Refused($"sets {name}, which the product decides itself");
    }

    /// <returns>The setting as the library understands it, or why it is not supported.</returns>
    private static (string Text, string? Problem) Effect(string name, string value)
    {
        if (Credentials.ContainsKey(name)) return (name, value.Length > 0 ? null : $"sets {name} to nothing");
        if (name.Length == 0 || value.Contains(',')) return ("", "has a setting without a name, or with a comma in it");
        try
        {
            // A setting that the library parses and ignores, such as responseTimeout, is missing when it writes the options again.
            var text = ConfigurationOptions.Parse($"{name}={value}").ToString(includePassword: false);
            return (text, text.Length > 0 ? null : $"sets {name}, which has no effect");
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return ("", $"cannot set {name}: {e.Message.Split(" (Parameter")[0].TrimEnd('.')}");
        }
    }

    private static EndPoint? EndPointOf(string host)
    {
        try
        {
            var endPoint = host.EndsWith(":0", StringComparison.Ordinal) ? null : EndPointCollection.TryParse(host);
            return endPoint is DnsEndPoint { Host: var name } && Uri.CheckHostName(name) == UriHostNameType.Unknown ? null : endPoint;
        }
        catch (ArgumentException)
        {
            return null; // a port above 65535
        }
    }
}
