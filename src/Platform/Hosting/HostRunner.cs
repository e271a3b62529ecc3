using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.Hosting;

/// <summary>Runs a host; an error that stops its start becomes one clear line and an exit code.</summary>
public static class HostRunner
{
    /// <summary>Exit code for an invalid or missing setting (EX_CONFIG of sysexits.h).</summary>
    public const int ConfigurationError = 78;

    /// <param name="defaultPort">The port that <c>--health</c> asks if no address follows it.</param>
    public static async Task<int> RunAsync(string[] args, int defaultPort, Func<string[], WebApplication> build)
    {
        if (args is ["--health", ..]) return await HealthProbe.RunAsync(args.ElementAtOrDefault(1) ?? $"http://127.0.0.1:{defaultPort}");
        try
        {
            await using var app = build(args);
            await app.RunAsync();
            return 0;
        }
        catch (InvalidSettingException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ConfigurationError;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"{e.Message} Stop what listens there, or move this host with --urls or WEBSOCKET_PORT.");
            return ConfigurationError;
        }
    }
}
