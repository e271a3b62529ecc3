using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RealtimeTours.Platform.Configuration;

/// <summary>Which implementation a seam has; logged at start.</summary>
public sealed record SeamChoice(string Seam, string Implementation);

/// <summary>The only place that chooses between implementations: for each seam, in process or on a server.</summary>
public static partial class Seams
{
    public static IServiceCollection AddSeam<TSeam, TInProcess, TServer>(this IServiceCollection services, bool distributed)
        where TSeam : class where TInProcess : class, TSeam where TServer : class, TSeam
    {
        if (distributed) services.AddSingleton<TSeam, TServer>();
        else services.AddSingleton<TSeam, TInProcess>();
        return services.AddSingleton(new SeamChoice(typeof(TSeam).Name, distributed ? typeof(TServer).Name : typeof(TInProcess).Name));
    }

    internal sealed class Reporter(IEnumerable<SeamChoice> choices, ILogger<Reporter> logger) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            foreach (var choice in choices) LogSeam(logger, choice.Seam, choice.Implementation);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Seam {Seam} is {Implementation}")]
    private static partial void LogSeam(ILogger logger, string seam, string implementation);
}
