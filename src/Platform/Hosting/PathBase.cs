using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.Hosting;

/// <summary><c>PATH_BASE</c>: the path below which a proxy shows this host, such as <c>/tours</c>. It may leave it away or pass it on.</summary>
public static partial class PathBase
{
    // Without the path base these are our own.
    private static readonly string[] Reserved = ["/api", "/hubs", "/health", "/metrics", "/openapi", "/assets"];

    /// <returns>Begins with a slash and ends with none; empty if the host is at the root.</returns>
    /// <exception cref="InvalidSettingException">It is no path, or begins as an address of this host does.</exception>
    public static string Read(IConfiguration configuration)
    {
        var text = (configuration.Text("PATH_BASE", "Hosting:PathBase") ?? "").TrimEnd('/');
        if (text.Length > 0 && !Shape().IsMatch(text))
            throw new InvalidSettingException($"PATH_BASE is '{text}' but must be a path such as /tours, of letters, digits and . _ ~ -.");
        return Reserved.FirstOrDefault(path => new PathString(text).StartsWithSegments(path)) is { } reserved
            ? throw new InvalidSettingException($"PATH_BASE is '{text}' but must not begin with {reserved}, which is an address of this host.")
            : text;
    }

    /// <summary>Every address that is given to clients has the path base, also where the proxy has taken it from the request.</summary>
    internal static void UsePathBaseSetting(this WebApplication app)
    {
        PathString pathBase = Read(app.Configuration);
        if (!pathBase.HasValue) return;
        app.Use((context, next) =>
        {
            if (context.Request.Path.StartsWithSegments(pathBase, out var rest)) context.Request.Path = rest.HasValue ? rest : "/";
            context.Request.PathBase = pathBase;
            return next(context);
        });
    }

    [GeneratedRegex("^(/[A-Za-z0-9][A-Za-z0-9._~-]*)+$")]
    private static partial Regex Shape();
}
