using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.Hosting;

/// <summary>Runs a host; an error that stops its start becomes one clear line and an exit code.</summary>
public static class HostRunner
{
    /// <summary>Exit code for an invalid or missing setting (EX_CONFIG of sysexits.h).</summary>
    public const int ConfigurationError = 78;

    /// <summary>Exit code after an error while it ran (EX_SOFTWARE).</summary>
    public const int Failure = 70;

    /// <param name="defaultPort">The port that <c>--health</c> asks if no address follows it.</param>
    public static async Task<int> RunAsync(string[] args, int defaultPort, Func<string[], WebApplication> build)
    {
        if (args is ["--health", ..]) return await HealthProbe.RunAsync(args.ElementAtOrDefault(1) ?? $"http://127.0.0.1:{defaultPort}");
        try
        {
            await using var app = build(args);
            var background = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToArray();
            try
            {
                await app.RunAsync();
            }
            catch (OperationCanceledException) // stopped, or a part failed, before all had started
            {
            }
            // The framework stops the host when one fails, and would call that a success: nothing would start it again.
            if (background.FirstOrDefault(service => service.ExecuteTask is { IsFaulted: true }) is not { } failed) return 0;
            if (failed.ExecuteTask!.Exception!.InnerException is InvalidSettingException setting) throw setting;
            await Console.Error.WriteLineAsync($"{failed.GetType().Name} has failed: {failed.ExecuteTask.Exception.InnerException!.Message}");
            return Failure;
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
