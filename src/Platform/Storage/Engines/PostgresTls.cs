using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace RealtimeTours.Platform.Storage.Engines;

/// <summary>The TLS part of <see cref="PostgresParameters"/>, for which Npgsql has no keyword.</summary>
internal static class PostgresTls
{
    /// <param name="root">A file, or <c>system</c> for the authorities that the operating system trusts.</param>
    /// <param name="modeGiven">Whether the address has an <c>sslmode</c>.</param>
    public static void SetRootCertificate(NpgsqlDataSourceBuilder source, string? root, bool modeGiven)
    {
        var keywords = source.ConnectionStringBuilder;
        if (root is null) return;
        if (root == "system")
        {
            if (modeGiven && keywords.SslMode != SslMode.VerifyFull)
                throw PostgresParameters.Refused("sslmode", "must be verify-full where sslrootcert=system");
            keywords.SslMode = SslMode.VerifyFull;
            source.UseRootCertificatesCallback(() =>
            {
                using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
                return store.Certificates;
            });
            return;
        }
        if (keywords.SslMode is SslMode.Require) keywords.SslMode = SslMode.VerifyCA; // as in libpq with a root certificate
        if (keywords.SslMode is not (SslMode.VerifyCA or SslMode.VerifyFull))
            throw PostgresParameters.Refused("sslrootcert", "needs sslmode=verify-full or verify-ca: without, no certificate is checked");
        if (!File.Exists(root)) throw PostgresParameters.Refused("sslrootcert", "names a file that is not there");
        keywords.RootCertificate = root;
    }

    public static void SetVersions(NpgsqlDataSourceBuilder source, string? lowest, string? highest)
    {
        if (lowest is not "TLSv1.3" && highest is not "TLSv1.2") return; // .NET's default
        var versions = (lowest, highest) switch
        {
            ("TLSv1.3", "TLSv1.2") => throw PostgresParameters.Refused("ssl_min_protocol_version", "is above ssl_max_protocol_version"),
            ("TLSv1.3", _) => SslProtocols.Tls13,
            _ => SslProtocols.Tls12,
        };
        source.UseSslClientAuthenticationOptionsCallback(options => options.EnabledSslProtocols = versions);
    }
}
