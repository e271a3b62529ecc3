using System.Data.Common;
using System.Text.RegularExpressions;
using Npgsql;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.Storage.Engines;

/// <summary>Reads <c>DATABASE_URL</c>: libpq's URI or <c>host=… port=…</c> (PostgreSQL manual, 34.1.1), or Npgsql's <c>Host=…;Port=…</c>.</summary>
public sealed partial class PostgresAddress
{
    // A session that hangs holds up others for seconds, not until somebody ends it. Options of the address come later and win.
    private const string Limits = "-c lock_timeout=5s -c idle_in_transaction_session_timeout=15s";

    /// <summary>The same for one transaction, behind a pooler.</summary>
    internal const string LimitsOfTransaction = "SET LOCAL lock_timeout = '5s'; SET LOCAL idle_in_transaction_session_timeout = '15s'; ";

    // The name in metrics and traces, which would otherwise show the address and the user.
    private readonly NpgsqlDataSourceBuilder _source = new() { Name = "RealtimeTours" };
    private TargetSessionAttributes? _target;
    private string? _ownOptions;

    // Defaults for a service; the address overrides them.
    private PostgresAddress()
    {
        Keywords.Timeout = 5;
        Keywords.CommandTimeout = 15;
        // Repeated statements are parsed and planned once.
        Keywords.MaxAutoPrepare = 50;
        Keywords.ApplicationName = "RealtimeTours";
        Keywords.TcpKeepAlive = true; // libpq's default: a connection that only listens notices a dead peer
        Keywords.HostRecheckSeconds = 1; // with several hosts: how soon a failover is noticed
        // Npgsql tries Kerberos on each connection. If its library is missing, as in our image, that can hang (npgsql 6416, 6524).
        Keywords.GssEncryptionMode = GssEncryptionMode.Disable;
    }

    public NpgsqlConnectionStringBuilder Keywords => _source.ConnectionStringBuilder;

    /// <exception cref="InvalidSettingException">One line without values: a part is unreadable, unknown or not supported.</exception>
    public static PostgresAddress Parse(string value)
    {
        var address = new PostgresAddress();
        if (ConnectionUri().Match(value) is { Success: true } uri) PostgresParameters.Apply(OfUri(uri), address._source);
        else if (ConnectionPairs().Match(value) is { Success: true } pairs) PostgresParameters.Apply(OfPairs(pairs), address._source);
        else foreach (var (name, set) in OfKeywords(value)) PostgresParameters.Set(address.Keywords, name, name, set);
        if (string.IsNullOrWhiteSpace(address.Keywords.Host)) throw Unreadable("names no host");
        if (OddHost().IsMatch(address.Keywords.Host)) throw Unreadable("has a host that cannot be read"); // malformed pairs look like one keyword
        address._ownOptions = address.Keywords.Options;
        address.Keywords.Options = $"{Limits} {address.Keywords.Options}".TrimEnd();
        address.ChooseTarget();
        try
        {
            address.BuildSource().Dispose(); // throws for combinations that Npgsql refuses
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new InvalidSettingException($"DATABASE_URL cannot be used: {e.Message.ReplaceLineEndings(" ")}");
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw Unreadable("has a port that cannot be read");
        }
        return address;
    }

    /// <summary>Does not connect yet.</summary>
    public NpgsqlDataSource BuildSource() => _target is { } target ? _source.BuildMultiHost().WithTargetSession(target) : _source.Build();

    /// <summary>For one connection that asks for nothing special.</summary>
    internal NpgsqlDataSource BuildProbe() => Build(options: null, pooling: false, Keywords.MaxAutoPrepare, Keywords.NoResetOnClose);

    /// <summary>For a pooler in transaction mode: what is set on a connection, or prepared, is gone with the transaction.</summary>
    /// <remarks>PgBouncer refuses `options` at connection (before 1.20 all of them), so that only those of the address are sent.</remarks>
    internal NpgsqlDataSource BuildPooledSource() => Build(_ownOptions, Keywords.Pooling, maxAutoPrepare: 0, noReset: true);

    private NpgsqlDataSource Build(string? options, bool pooling, int maxAutoPrepare, bool noReset)
    {
        var before = (Keywords.Options, Keywords.Pooling, Keywords.MaxAutoPrepare, Keywords.NoResetOnClose);
        (Keywords.Options, Keywords.Pooling, Keywords.MaxAutoPrepare, Keywords.NoResetOnClose) = (options, pooling, maxAutoPrepare, noReset);
        try
        {
            return BuildSource();
        }
        finally
        {
            (Keywords.Options, Keywords.Pooling, Keywords.MaxAutoPrepare, Keywords.NoResetOnClose) = before;
        }
    }

    // Of several hosts libpq takes any that answers. All our processes write, so a standby is never a target, neither asked for nor by chance.
    private void ChooseTarget()
    {
        if (Keywords.TargetSessionAttributes is { } asked) _target =
            Enum.Parse<TargetSessionAttributes>(asked.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
        else if (Keywords.Host!.Contains(',')) _target = TargetSessionAttributes.ReadWrite;
        Keywords.TargetSessionAttributes = null; // Npgsql refuses it with one host
        if (_target is TargetSessionAttributes.ReadOnly or TargetSessionAttributes.Standby or TargetSessionAttributes.PreferStandby)
            throw PostgresParameters.Refused("target_session_attrs", "must be read-write, primary or any: every process writes");
    }

    private static Dictionary<string, string> OfUri(Match uri)
    {
        var hosts = uri.Groups["hosts"].Value.Split(',').Select(text => Host().Match(text)).ToArray();
        if (hosts.Any(host => !host.Success))
            throw Unreadable("has a host or port that cannot be read; in a user name or password, %40 is '@', %2F is '/' and %3A is ':'");
        var parameters = new Dictionary<string, string>
        {
            ["user"] = Decoded(uri.Groups["user"].Value),
            ["password"] = Decoded(uri.Groups["password"].Value),
            ["dbname"] = Decoded(uri.Groups["dbname"].Value),
            ["host"] = string.Join(',', hosts.Select(host => Decoded(host.Groups["host"].Value))),
        };
        var ports = hosts.Select(host => host.Groups["port"].Value).ToArray();
        if (ports.Any(port => port.Length > 0)) parameters["port"] = string.Join(',', ports);
        foreach (var pair in uri.Groups["query"].Value.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            if (parts.Length < 2) throw Unreadable("has a parameter without a value");
            var (name, value) = (Decoded(parts[0]), Decoded(parts[1]));
            if ((name, value) is ("ssl", "true")) (name, value) = ("sslmode", "require"); // as JDBC writes it
            parameters[name] = value;
        }
        return parameters;
    }

    private static Dictionary<string, string> OfPairs(Match pairs)
    {
        var parameters = new Dictionary<string, string>();
        foreach (var (name, value) in pairs.Groups["name"].Captures.Zip(pairs.Groups["value"].Captures))
            parameters[name.Value] = Escaped().Replace(value.Value is ['\'', .. var quoted, '\''] ? quoted : value.Value, "$1");
        return parameters;
    }

    private static IEnumerable<(string Name, string Value)> OfKeywords(string value)
    {
        try
        {
            var pairs = new DbConnectionStringBuilder { ConnectionString = value };
            return pairs.Keys.Cast<string>().Select(name => (name, (string)pairs[name]));
        }
        catch (ArgumentException)
        {
            throw Unreadable("is not a PostgreSQL address");
        }
    }

    private static string Decoded(string text) =>
        BadPercent().IsMatch(text) ? throw Unreadable("has a '%' without two hexadecimal digits; write %25") : Uri.UnescapeDataString(text);

    internal static InvalidSettingException Unreadable(string why) =>
        new($"DATABASE_URL {why}. Expected: postgres://user:password@host:5432/database, host=… user=… password=… dbname=… or " +
            $"Host=…;Username=…;Password=…;Database=….");

    [GeneratedRegex(
        @"^postgres(ql)?://((?<user>[^:@/]*)(:(?<password>[^@/]*))?@)?" +
        @"(?<hosts>[^/?@]*)(/(?<dbname>[^?]*))?(\?(?<query>.*))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex ConnectionUri();

    [GeneratedRegex(@"^(\[(?<host>[^\[\]]+)\]|(?<host>[^:\[\]]*))(:(?<port>[0-9]*))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Host();

    // A value with a semicolon, a space or a quote is quoted.
    [GeneratedRegex(@"^\s*((?<name>\w+)\s*=\s*(?<value>'(\\.|[^'\\])*'|(\\.|[^\s'\\;])*)(\s+|$))+$", RegexOptions.ExplicitCapture)]
    private static partial Regex ConnectionPairs();

    [GeneratedRegex(@"[='""]|[^\s,]\s+[^\s,]")]
    private static partial Regex OddHost();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escaped();

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})")]
    private static partial Regex BadPercent();
}
