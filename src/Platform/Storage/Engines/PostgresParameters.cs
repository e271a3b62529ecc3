using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.Storage.Engines;

/// <summary>libpq's parameters (manual 34.1.2, up to version 18) for Npgsql. One it does not support is refused by name, never ignored.</summary>
internal static partial class PostgresParameters
{
    private static readonly Parameter[] All =
    [
        Text("user", "Username"),
        Text("password", "Password"),
        Text("dbname", "Database"),
        Elsewhere("host"),
        Elsewhere("hostaddr"),
        Elsewhere("port"),
        ExistingFile("passfile", "Passfile"),
        Number("connect_timeout", "Timeout"),
        Text("fallback_application_name", "Application Name"),
        Text("application_name", "Application Name"),
        Text("options", "Options"),
        Only("client_encoding", "must be UTF8, as all text here is", "UTF8", "UTF-8"),
        OneOf("target_session_attrs", "Target Session Attributes", "any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
        new("load_balance_hosts", "Load Balance Hosts", value =>
            value switch { "disable" => "false", "random" => "true", _ => null }, "takes disable or random"),
        new("keepalives", "TCP Keepalive", value => value switch { "0" => "false", "1" => "true", _ => null }, "takes 0 or 1"),
        Number("keepalives_idle", "TCP Keepalive Time"),
        Number("keepalives_interval", "TCP Keepalive Interval"),
        Only("keepalives_count", "cannot be set through Npgsql; the system's net.ipv4.tcp_keepalive_probes can", "0"),
        Only("tcp_user_timeout", "cannot be set through Npgsql; use keepalives_idle", "0"),

        new("sslmode", "SSL Mode", Mode, "takes disable, allow, prefer, require, verify-ca or verify-full"),
        OneOf("sslnegotiation", "SSL Negotiation", "postgres", "direct"),
        Elsewhere("sslrootcert"),
        ExistingFile("sslcert", "SSL Certificate"),
        ExistingFile("sslkey", "SSL Key"),
        Text("sslpassword", "SSL Password"),
        Only("sslcertmode", "must be allow: Npgsql sends the certificate that it has when the server asks for one", "allow"),
        Only("sslcompression", "must be 0: TLS is not compressed", "0"),
        Only("sslsni", "must be 1: the host name is always sent", "1"),
        Only("sslcrl", "cannot be honoured: Npgsql reads no revocation lists; `Check Certificate Revocation=true` asks the authority"),
        Only("sslcrldir", "cannot be honoured: Npgsql reads no revocation lists; `Check Certificate Revocation=true` asks the authority"),
        Only("sslkeylogfile", "cannot be honoured: Npgsql writes no TLS keys"),
        Only("ssl_min_protocol_version", "takes TLSv1, TLSv1.1, TLSv1.2 or TLSv1.3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"),
        Only("ssl_max_protocol_version", "must be TLSv1.2 or TLSv1.3: nothing older is spoken", "TLSv1.2", "TLSv1.3"),

        OneOf("channel_binding", "Channel Binding", "disable", "prefer", "require"),
        new("require_auth", "Require Auth", Methods,
            "takes password, md5, gss, sspi, scram-sha-256 or none, several with commas, or each with '!' in front"),
        Only("requirepeer", "cannot be honoured: Npgsql does not ask who runs the server behind a socket"),
        OneOf("gssencmode", "GSS Encryption Mode", "disable", "prefer", "require"),
        Text("krbsrvname", "Kerberos Service Name"),
        Only("gsslib", "cannot be honoured: it is for libpq on Windows"),
        Only("gssdelegation", "must be 0: Npgsql does not pass credentials on", "0"),
        Only("scram_client_key", "cannot be honoured: Npgsql takes a password"),
        Only("scram_server_key", "cannot be honoured: Npgsql takes a password"),
        Only("oauth_issuer", "cannot be honoured: Npgsql knows no OAuth"),
        Only("oauth_client_id", "cannot be honoured: Npgsql knows no OAuth"),
        Only("oauth_client_secret", "cannot be honoured: Npgsql knows no OAuth"),
        Only("oauth_scope", "cannot be honoured: Npgsql knows no OAuth"),
        Only("min_protocol_version", "must be 3.0, which Npgsql speaks", "3.0"),
        Only("max_protocol_version", "takes 3.0, 3.2 or latest", "3.0", "3.2", "latest"),
        Only("replication", "must be off: a replication connection runs no transactions", "false", "off", "no", "0"),
        Only("service", "cannot be honoured: Npgsql reads no service file; write its parameters here"),
        Only("servicefile", "cannot be honoured: Npgsql reads no service file; write its parameters here"),
    ];

    /// <param name="given">By name; an empty value counts as absent, as in libpq. Other names may be keywords of Npgsql.</param>
    public static void Apply(IReadOnlyDictionary<string, string> given, NpgsqlDataSourceBuilder source)
    {
        var keywords = source.ConnectionStringBuilder;
        string? Value(string name) => given.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
        foreach (var name in given.Keys.Except(All.Select(parameter => parameter.Name))) Set(keywords, name, name, given[name]);
        foreach (var parameter in All)
        {
            if (Value(parameter.Name) is not { } value) continue;
            var translated = parameter.Translate(value) ?? throw Refused(parameter.Name, parameter.Otherwise);
            if (parameter.Keyword is { } keyword) Set(keywords, parameter.Name, keyword, translated);
        }

        if (Value("keepalives") == "0") keywords.TcpKeepAliveTime = keywords.TcpKeepAliveInterval = 0;
        if (keywords is { TcpKeepAliveInterval: > 0, TcpKeepAliveTime: 0 }) throw Refused("keepalives_interval", "needs keepalives_idle");
        if (Value("channel_binding") == "require")
        {
            // Npgsql checks the binding only if the server asks for SCRAM.
            if (Value("require_auth") is not (null or "scram-sha-256"))
                throw Refused("require_auth", "can be scram-sha-256 alone where channel_binding=require");
            keywords.RequireAuth = "ScramSHA256";
        }
        PostgresTls.SetRootCertificate(source, Value("sslrootcert"), modeGiven: Value("sslmode") is not null);
        PostgresTls.SetVersions(source, Value("ssl_min_protocol_version"), Value("ssl_max_protocol_version"));
        if (Value("hostaddr") is not null && Value("host") is not null)
            throw Refused("hostaddr", "cannot stand beside host: Npgsql connects to the name that it verifies");
        if ((Value("hostaddr") ?? Value("host")) is { } hosts) SetHosts(hosts.Split(','), Value("port")?.Split(',') ?? [""], keywords);
    }

    /// <param name="name">As in the address.</param>
    /// <param name="keyword">Npgsql's name.</param>
    public static void Set(NpgsqlConnectionStringBuilder keywords, string name, string keyword, string value)
    {
        if (!keywords.ContainsKey(keyword))
            throw Name().IsMatch(name) ? Refused(name, "is no parameter of libpq or Npgsql")
                : PostgresAddress.Unreadable("is not a PostgreSQL address");
        try
        {
            keywords[keyword] = value;
        }
        catch (ArgumentException)
        {
            throw Refused(name, "has a value that cannot be used");
        }
    }

    public static InvalidSettingException Refused(string name, string why) => new($"DATABASE_URL: {name} {why}.");

    private static void SetHosts(string[] hosts, string[] ports, NpgsqlConnectionStringBuilder keywords)
    {
        if (hosts.Any(host => host.Length == 0)) throw PostgresAddress.Unreadable("names no host, or an empty one among several");
        if (ports.Length > 1 && ports.Length != hosts.Length) throw Refused("port", $"has {ports.Length} numbers for {hosts.Length} hosts");
        var numbers = ports.Select(port => port.Length == 0 ? NpgsqlConnection.DefaultPort
            : int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535 ? number
            : throw Refused("port", "takes numbers from 1 to 65535")).ToArray();
        if (hosts is [var only]) (keywords.Host, keywords.Port) = (only, numbers[0]);
        else keywords.Host =
            string.Join(',', hosts.Select((host, i) => $"{(host.Contains(':') ? $"[{host}]" : host)}:{numbers[numbers.Length == 1 ? 0 : i]}"));
        if (!hosts.All(host => host[0] is '/' or '@')) return;
        // As in libpq, TLS does not apply to a Unix socket.
        keywords.SslMode = SslMode.Disable;
        keywords.TcpKeepAliveTime = keywords.TcpKeepAliveInterval = 0;
    }

    private static string? Mode(string value) => value.ToLowerInvariant() switch
    {
        "disable" or "allow" or "prefer" or "require" => value,
        "verify-ca" or "verifyca" => "VerifyCA", // Npgsql's spelling, in older addresses
        "verify-full" or "verifyfull" => "VerifyFull",
        _ => null,
    };

    private static string? Methods(string value)
    {
        var methods = value.Split(',').Select(method => method switch
        {
            "password" => "Password",
            "none" => "None",
            "md5" or "gss" or "sspi" => method.ToUpperInvariant(),
            "scram-sha-256" => "ScramSHA256",
            ['!', .. var unwanted] when Methods(unwanted) is { } npgsqls && unwanted[0] != '!' => '!' + npgsqls,
            _ => null,
        }).ToArray();
        return methods.Contains(null) ? null : string.Join(',', methods);
    }

    private static Parameter Text(string name, string keyword) => new(name, keyword, value => value, "");

    // Set after the table, together with others.
    private static Parameter Elsewhere(string name) => new(name, Keyword: null, value => value, "");

    private static Parameter ExistingFile(string name, string keyword) =>
        new(name, keyword, value => File.Exists(value) ? value : null, "names a file that is not there");

    private static Parameter Number(string name, string keyword) => new(name, keyword,
        value => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? $"{Math.Max(0, number)}" : null,
        "takes a whole number of seconds");

    private static Parameter OneOf(string name, string keyword, params string[] values) => new(name, keyword,
        value => values.Contains(value) ? value : null, $"takes {string.Join(", ", values)}");

    /// <summary>These values need no setting, and others are not supported.</summary>
    private static Parameter Only(string name, string otherwise, params string[] values) => new(name, Keyword: null,
        value => values.Contains(value, StringComparer.OrdinalIgnoreCase) ? value : null, otherwise);

    /// <param name="Keyword">Npgsql's; null if nothing is set.</param>
    /// <param name="Translate">Returns Npgsql's value; null if it is not supported.</param>
    /// <param name="Otherwise">The end of the error message in that case.</param>
    private sealed record Parameter(string Name, string? Keyword, Func<string, string?> Translate, string Otherwise);

    // Only such names are shown: anything else may be part of a password.
    [GeneratedRegex(@"^[A-Za-z_][\w ]{0,40}$")]
    private static partial Regex Name();
}
