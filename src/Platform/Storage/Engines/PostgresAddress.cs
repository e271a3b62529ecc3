using Npgsql;
using RealtimeTours.Platform.Hosting;

namespace RealtimeTours.Platform.Storage;

/// <summary>Reads <c>DATABASE_URL</c>: <c>postgres://user:password@host:5432/database?sslmode=require</c> or Npgsql keywords.</summary>
public static class PostgresAddress
{
    public static NpgsqlConnectionStringBuilder Parse(string value)
    {
        try
        {
            var builder = value.StartsWith("postgres://", StringComparison.Ordinal) || value.StartsWith("postgresql://", StringComparison.Ordinal)
                ? FromUri(new Uri(value))
                : new NpgsqlConnectionStringBuilder(value);
            return builder.Host is { Length: > 0 } ? builder : throw new FormatException();
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new InvalidSettingException(
                "DATABASE_URL is not a PostgreSQL address such as postgres://user:password@host:5432/database or Host=…;Username=…;Password=…;Database=….");
        }
    }

    private static NpgsqlConnectionStringBuilder FromUri(Uri uri)
    {
        var builder = new NpgsqlConnectionStringBuilder { Host = uri.Host, Port = uri.Port > 0 ? uri.Port : 5432 };
        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0) builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) builder.Password = Uri.UnescapeDataString(user[1]);
        if (uri.AbsolutePath.Length > 1) builder.Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            builder[parts[0] == "sslmode" ? "SSL Mode" : Uri.UnescapeDataString(parts[0])] = Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? "");
        }
        return builder;
    }
}
