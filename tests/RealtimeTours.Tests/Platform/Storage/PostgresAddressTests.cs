using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Storage.Engines;

namespace RealtimeTours.Tests.Platform.Storage;

public sealed class PostgresAddressTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Theory]
    [InlineData("postgres://localhost")]
    [InlineData("postgresql://other@localhost:5433/db?connect_timeout=10&application_name=myapp")]
    [InlineData("postgres://u%40corp:p%2F%25%3A+x@h:1/d%20b")]
    [InlineData("postgres://u:p:q@h/d")]
    [InlineData("postgres://:p@h/d")]
    [InlineData("postgres://u@h/?dbname=d&user=v&password=w")]
    [InlineData("postgres:///d?host=localhost&port=5433")]
    [InlineData("postgres://a,b:5433,c/d")]
    [InlineData("postgres://a,b/d?port=5433")]
    [InlineData("postgres://a:1,b:2/d?host=x,y&port=3,4")]
    [InlineData("postgres://[2001:db8::1]:5433/d")]
    [InlineData("postgres://[::1]:5433,[::2],c:1/d")]
    [InlineData("postgres://%2Frun%2Fpostgresql:5433/d")]
    [InlineData("postgres:///d?host=/run/postgresql")]
    [InlineData("postgres:///d?hostaddr=127.0.0.1")]
    [InlineData("postgres://h/d?sslmode=&port=")]
    [InlineData("host=localhost port=5432 dbname=d user=u")]
    [InlineData(" host = h  password = 'a b;\\'c\\\\' user=a\\ b dbname='' ")]
    public void An_address_means_what_libpq_understands(string address)
    {
        var theirs = Libpq.Parse(address).ShouldNotBeNull();
        string? Theirs(string name) => theirs.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
        var hosts = (Theirs("hostaddr") ?? Theirs("host"))!.Split(',');
        var ports = (Theirs("port") ?? "5432").Split(',').Select(port => port.Length == 0 ? "5432" : port).ToArray();

        var ours = PostgresAddress.Parse(address).Keywords;

        var pairs = hosts.Select((host, i) => (host, ports.Length == 1 ? ports[0] : ports[i])).ToArray();
        if (pairs is [var (only, port)]) (ours.Host, $"{ours.Port}").ShouldBe((only, port));
        else ours.Host!.Split(',')
            .ShouldBe(pairs.Select(pair => pair.host.Contains(':') ? $"[{pair.host}]:{pair.Item2}" : $"{pair.host}:{pair.Item2}"));
        (ours.Username, ours.Password, ours.Database).ShouldBe((Theirs("user"), Theirs("password"), Theirs("dbname")));
    }

    [Theory]
    [InlineData("postgres://u:p@h:x/d")]
    [InlineData("postgres://u:p@%zz/d")]
    [InlineData("postgres://u:secret@h/d?x")]
    [InlineData("postgres://u:secret@h/d?foo=1")]
    [InlineData("postgres://[::1/d")]
    [InlineData("host=h password='secret")]
    [InlineData("host=h secret")]
    public void What_libpq_cannot_read_is_refused_here_too(string address)
    {
        if (!address.Contains(":x")) Libpq.Parse(address).ShouldBeNull(); // it reads ports when it connects
        Refusal(address).ShouldNotContain("secret");
    }

    [Fact]
    public void Every_parameter_of_libpq_is_known_and_one_that_is_not_honoured_is_named()
    {
        // Those of versions 16 to 18, should an older one be installed.
        string[] newer = ["require_auth", "sslcertmode", "gssdelegation", "load_balance_hosts", "sslnegotiation", "sslkeylogfile", "servicefile",
            "min_protocol_version",
            "max_protocol_version", "scram_client_key", "scram_server_key", "oauth_issuer", "oauth_client_id", "oauth_client_secret", "oauth_scope"];
        string[] ofServers = ["authtype", "tty"]; // without meaning since version 14
        var parameters = Libpq.Parameters().Union(newer).Except(ofServers).ToArray();
        parameters.Length.ShouldBeGreaterThan(45);
        foreach (var parameter in parameters)
        {
            try
            {
                PostgresAddress.Parse($"host=h {parameter}=nonsense");
            }
            catch (InvalidSettingException refusal)
            {
                refusal.Message.ShouldStartWith($"DATABASE_URL: {parameter} ");
                refusal.Message.ShouldNotContain("is no parameter");
                refusal.Message.ShouldNotContain("nonsense");
            }
        }
    }

    [Theory]
    [InlineData("connect_timeout=7", "Timeout", "7")]
    [InlineData("connect_timeout=-1", "Timeout", "0")]
    [InlineData("sslmode=allow", "SSL Mode", "Allow")]
    [InlineData("sslmode=verify-ca", "SSL Mode", "VerifyCA")]
    [InlineData("sslmode=VerifyFull", "SSL Mode", "VerifyFull")]
    [InlineData("ssl=true", "SSL Mode", "Require")]
    [InlineData("sslmode=require&sslrootcert={file}", "SSL Mode", "VerifyCA")]
    [InlineData("sslmode=verify-full&sslrootcert={file}", "Root Certificate", "{file}")]
    [InlineData("sslrootcert=system", "SSL Mode", "VerifyFull")]
    [InlineData("sslmode=require&sslnegotiation=direct", "SSL Negotiation", "Direct")]
    [InlineData("sslcert={file}&sslkey={file}&sslpassword=x", "SSL Key", "{file}")]
    [InlineData("channel_binding=disable", "Channel Binding", "Disable")]
    [InlineData("channel_binding=require", "Require Auth", "ScramSHA256")]
    [InlineData("require_auth=!md5,!password,!none", "Require Auth", "!MD5,!Password,!None")]
    [InlineData("gssencmode=prefer&krbsrvname=pg", "GSS Encryption Mode", "Prefer")]
    [InlineData("", "GSS Encryption Mode", "Disable")]
    [InlineData("fallback_application_name=b", "Application Name", "b")]
    [InlineData("application_name=a&fallback_application_name=b", "Application Name", "a")]
    [InlineData("", "Application Name", "RealtimeTours")]
    [InlineData( // the last wins
        "options=-c%20lock_timeout%3D9s", "Options", "-c lock_timeout=5s -c idle_in_transaction_session_timeout=15s -c lock_timeout=9s")]
    [InlineData("", "TCP Keepalive", "True")]
    [InlineData("keepalives=0", "TCP Keepalive", "False")]
    [InlineData("keepalives_idle=30&keepalives_interval=10", "TCP Keepalive Interval", "10")]
    [InlineData("keepalives=0&keepalives_idle=30", "TCP Keepalive Time", "0")]
    [InlineData("load_balance_hosts=random", "Load Balance Hosts", "True")]
    [InlineData("passfile={file}", "Passfile", "{file}")]
    [InlineData(
        "client_encoding=utf8&sslcompression=0&sslsni=1&replication=false&min_protocol_version=3.0&ssl_min_protocol_version=TLSv1.2", "Host", "h")]
    [InlineData("Maximum Pool Size=20&Command%20Timeout=120", "Maximum Pool Size", "20")]
    public void A_parameter_of_libpq_sets_what_npgsql_has_for_it(string query, string keyword, string expected) =>
        $"{PostgresAddress.Parse($"postgres://u:p@h/d?{WithFile(query)}").Keywords[keyword]}".ShouldBe(WithFile(expected));

    [Theory]
    [InlineData("connect_timeout=soon", "connect_timeout takes a whole number of seconds")]
    [InlineData("connect_timeout=99999", "connect_timeout has a value that cannot be used")]
    [InlineData("sslmode=verify", "sslmode takes disable, allow, prefer, require, verify-ca or verify-full")]
    [InlineData("sslrootcert={file}", "sslrootcert needs sslmode=verify-full")]
    [InlineData("sslmode=prefer&sslrootcert={file}", "sslrootcert needs sslmode=verify-full")]
    [InlineData("sslmode=verify-full&sslrootcert={file}x", "sslrootcert names a file that is not there")]
    [InlineData("sslmode=require&sslrootcert=system", "sslmode must be verify-full")]
    [InlineData("sslnegotiation=direct", "SSL Mode has to be Require")]
    [InlineData("sslcert={file}x", "sslcert names a file that is not there")]
    [InlineData("ssl_min_protocol_version=TLSv1.3&ssl_max_protocol_version=TLSv1.2", "ssl_min_protocol_version is above")]
    [InlineData("channel_binding=require&require_auth=md5", "require_auth can be scram-sha-256 alone")]
    [InlineData("require_auth=oauth", "require_auth takes")]
    [InlineData("require_auth=md5,!gss", "require_auth has a value that cannot be used")]
    [InlineData("require_auth=!!md5", "require_auth takes")]
    [InlineData("keepalives_interval=5", "keepalives_interval needs keepalives_idle")]
    [InlineData("target_session_attrs=standby", "target_session_attrs must be read-write, primary or any")]
    [InlineData("target_session_attrs=prefer-standby", "target_session_attrs must be read-write, primary or any")]
    [InlineData("target_session_attrs=sometimes", "target_session_attrs takes any, read-write")]
    [InlineData("host=a,b&port=1,2,3", "port has 3 numbers for 2 hosts")]
    [InlineData("port=70000", "port takes numbers from 1 to 65535")]
    [InlineData("hostaddr=127.0.0.1", "hostaddr cannot stand beside host")]
    [InlineData("host=a,,b", "an empty one among several")]
    [InlineData("client_encoding=LATIN1", "client_encoding must be UTF8")]
    [InlineData("Load Balance=1", "Load Balance is no parameter of libpq or Npgsql")]
    public void What_cannot_be_honoured_is_said_in_one_line(string query, string said) =>
        Refusal($"postgres://u:secret@h/d?{WithFile(query)}").ShouldContain(said);

    [Fact]
    public void Npgsqls_own_keywords_work_and_an_unknown_one_is_named()
    {
        var keywords = PostgresAddress.Parse("Host=one:5433,two;Username=u;Password='a;b';Target Session Attributes=primary;Command Timeout=3")
            .Keywords;
        (keywords.Host, keywords.Password, keywords.CommandTimeout).ShouldBe(("one:5433,two", "a;b", 3));
        Refusal("Host=h;Password=secret;Hots=x").ShouldContain("hots is no parameter");
        Refusal("Host=h;Password=secret;Timeout=soon").ShouldContain("timeout has a value that cannot be used");
        Refusal("Username=u;Password=secret").ShouldContain("names no host");
        Refusal("Host=one:many;Password=secret").ShouldContain("has a port that cannot be read");
    }

    public void Dispose() => File.Delete(_file);

    private string WithFile(string text) => text.Replace("{file}", _file);

    private static string Refusal(string address)
    {
        var message = Should.Throw<InvalidSettingException>(() => PostgresAddress.Parse(address)).Message;
        message.ShouldStartWith("DATABASE_URL");
        message.ShouldNotContain("\n");
        message.ShouldNotContain("secret");
        return message;
    }
}
