using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Hosting.Telemetry;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Hosting;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Json;

namespace RealtimeTours.Platform.Hosting;

/// <summary>Logs to standard output: readable lines in Development, else one JSON object per line. <c>Logging:LogLevel</c> sets levels.</summary>
internal static class StructuredLogging
{
    private const string Template = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj} {CorrelationId} {NewLine}{Exception}";

    // The log category of Serilog's middleware.
    private const string RequestLines = "Serilog.AspNetCore.RequestLoggingMiddleware";

    public static void AddStructuredLogging(this WebApplicationBuilder builder, string host)
    {
        var configuration = new LoggerConfiguration().MinimumLevel.Verbose().MinimumLevel.Override(RequestLines, LogEventLevel.Debug)
            .Enrich.FromLogContext().Enrich.With<CorrelationOfTheCall>().Enrich.WithProperty("Host", host);
        var logger = (builder.Environment.IsDevelopment()
            ? configuration.WriteTo.Console(outputTemplate: Template, formatProvider: CultureInfo.InvariantCulture)
            : configuration.WriteTo.Console(new JsonFormatter(renderMessage: true))).CreateLogger();
        builder.Logging.ClearProviders();
        // Not AddSerilog: it sets its own filter, which lets every level pass and ignores Logging:LogLevel.
        builder.Logging.AddProvider(new SerilogLoggerProvider(logger, dispose: true));
        builder.Services.AddSingleton<Serilog.ILogger>(logger).AddSingleton(new DiagnosticContext(logger));
        // UseRequestLines already writes one line per request.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Logging.AddFilter("Quartz", LogLevel.Warning);
    }

    /// <summary>One log line per request, at its end. Without the query: browsers send the hub's token there. Probes log at Debug.</summary>
    public static void UseRequestLines(this WebApplication app)
    {
        var levels = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(RequestLines);
        app.UseSerilogRequestLogging(options =>
        {
            options.Logger = app.Services.GetRequiredService<Serilog.ILogger>();
            options.GetLevel = (context, _, failure) =>
                LevelOf(context, failure) is var level && levels.IsEnabled(LevelConvert.ToExtensionsLevel(level))
                ? level
                : LogEventLevel.Verbose; // below the middleware's minimum level: not written
        });
    }

    // A failed request has its own error line with the reason.
    private static LogEventLevel LevelOf(HttpContext context, Exception? failure) =>
        context.IsProbe() ? LogEventLevel.Debug
        : failure is not null || context.Response.StatusCode >= StatusCodes.Status500InternalServerError ? LogEventLevel.Warning
        : LogEventLevel.Information;

    /// <summary>Read when a line is written: a log scope would cost every request, and most requests write no line.</summary>
    private sealed class CorrelationOfTheCall : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory properties)
        {
            if (CorrelationContext.Known is { } id) logEvent.AddPropertyIfAbsent(properties.CreateProperty("CorrelationId", id));
        }
    }
}
