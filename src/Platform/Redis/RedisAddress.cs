using RealtimeTours.Platform.Hosting;
using StackExchange.Redis;

namespace RealtimeTours.Platform.Redis;

/// <summary>Reads <c>REDIS_URL</c>: <c>redis://user:password@host:6379/0</c> (<c>rediss</c> for TLS), or StackExchange.Redis's own <c>host:port,password=…</c>.</summary>
public static class RedisAddress
{
    public static ConfigurationOptions Parse(string value)
    {
        var options = value.Contains("://", StringComparison.Ordinal) ? FromUri(value) : FromKeywords(value);
        options.AbortOnConnectFail = false; // a server that is down at start is waited for
        options.ConnectTimeout = 2_000;
        options.ConnectRetry = 1;
        options.KeepAlive = 5; // of the second connection, which subscriptions need where Redis is older than 6
        options.ReconnectRetryPolicy = new LinearRetry(500); // looked at once a second
        return options;
    }

    private static ConfigurationOptions FromUri(string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0)
            throw Unusable();
        var options = new ConfigurationOptions { Ssl = uri.Scheme == "rediss" };
        options.EndPoints.Add(uri.Host, uri.Port > 0 ? uri.Port : 6379);
        if (uri.UserInfo.Split(':', 2) is [_, { Length: > 0 } password]) options.Password = Uri.UnescapeDataString(password);
        var database = uri.AbsolutePath.Trim('/');
        if (database.Length > 0)
            options.DefaultDatabase = int.TryParse(database, out var number) && number >= 0 ? number : throw Unusable();
        return options;
    }

    private static ConfigurationOptions FromKeywords(string value)
    {
        try
        {
            var options = ConfigurationOptions.Parse(value);
            return options.EndPoints.Count > 0 ? options : throw Unusable();
        }
        catch (ArgumentException)
        {
            throw Unusable();
        }
    }

    private static InvalidSettingException Unusable() =>
        new("REDIS_URL is not a Redis address such as redis://:password@host:6379/0 or host:6379,password=secret.");
}
