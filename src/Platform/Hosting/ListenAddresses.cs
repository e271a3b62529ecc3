using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.Hosting;

/// <summary>A host's listen addresses: <c>--urls</c> or <c>ASPNETCORE_URLS</c>, else its own port. In Development only this machine.</summary>
public static class ListenAddresses
{
    public const int WebPort = 3000;
    public const int HubPort = 3007;
    public const int CatalogSyncPort = 3010;

    /// <summary>The hub's port: <c>WEBSOCKET_PORT</c>, or 3007.</summary>
    public static int ReadHubPort(WebApplicationBuilder builder) =>
        builder.Configuration.WholeNumber("WEBSOCKET_PORT", "WebSocket:Port", HubPort, min: 0, max: 65_535);

    /// <param name="port">The port if no address is configured.</param>
    /// <param name="alsoOn">Another port on the same interface, or null.</param>
    public static void ListenOn(this WebApplicationBuilder builder, int port, int? alsoOn = null)
    {
        var configured = builder.Configuration[WebHostDefaults.ServerUrlsKey];
        var addresses = string.IsNullOrWhiteSpace(configured)
            ? [$"http://{(builder.Environment.IsDevelopment() ? "localhost" : "*")}:{port}"]
            : configured.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Checked).ToList();
        if (alsoOn is { } other)
        {
            var first = BindingAddress.Parse(addresses[0]);
            if (addresses.All(address => BindingAddress.Parse(address).Port != other)) addresses.Add($"{first.Scheme}://{first.Host}:{other}");
        }
        builder.WebHost.UseUrls([.. addresses]);
    }

    private static string Checked(string address)
    {
        try
        {
            if (BindingAddress.Parse(
                address) is { IsUnixPipe: true } or { IsNamedPipe: true } or { Scheme: "http" or "https", Port: >= 0 and <= 65_535 }) return address;
        }
        catch (FormatException) // reported below
        {
        }
        throw new InvalidSettingException(
            $"ASPNETCORE_URLS or --urls contains '{address}' but must list addresses such as http://localhost:{WebPort}, separated by semicolons.");
    }

    /// <summary>Origins of pages that this host serves on this machine: each address as localhost, 127.0.0.1 and [::1].</summary>
    public static IEnumerable<string> LocalOrigins(this WebApplicationBuilder builder) =>
        from address in builder.Configuration[WebHostDefaults.ServerUrlsKey]!.Split(';')
        let binding = BindingAddress.Parse(address)
        from host in (string[])["localhost", "127.0.0.1", "[::1]"]
        select $"{binding.Scheme}://{host}:{binding.Port}";
}
