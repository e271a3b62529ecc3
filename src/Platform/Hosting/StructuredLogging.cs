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

/// <summary>Logs to standard output: lines for people in Development, one JSON object per line elsewhere. Levels come from <c>Logging:LogLevel</c>.</summary>
internal static class StructuredLogging
{
    private const string Template = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj} {CorrelationId} {NewLine}{Exception}";

    // Serilog's middleware writes under this name.
    private const string RequestLines = "Serilog.AspNetCore.RequestLoggingMiddleware";

    public static void AddStructuredLogging(this WebApplicationBuilder builder, string host)
    {
        var configuration = new LoggerConfiguration().MinimumLevel.Verbose().MinimumLevel.Override(RequestLines, LogEventLevel.Debug)
            .Enrich.FromLogContext().Enrich.With<CorrelationOfTheCall>().Enrich.WithProperty("Host", host);
        var logger = (builder.Environment.IsDevelopment()
            ? configuration.WriteTo.Console(outputTemplate: Template, formatProvider: CultureInfo.InvariantCulture)
            : configuration.WriteTo.Console(new JsonFormatter(renderMessage: true))).CreateLogger();
        builder.Logging.ClearProviders();
        // Not AddSerilog: it sets a filter of its own that lets every level pass, whatever Logging:LogLevel says.
        builder.Logging.AddProvider(new SerilogLoggerProvider(logger, dispose: true));
        builder.Services.AddSingleton<Serilog.ILogger>(logger).AddSingleton(new DiagnosticContext(logger));
        // A request has its own line.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Logging.AddFilter("Quartz", LogLevel.Warning);
    }

    /// <summary>
    /// One line a request, at its end: method, path, status, time and correlation id. The query is left out: browsers put the hub's token there. A WebSocket's
    /// line comes when it closes. <c>Logging:LogLevel</c> decides by the name of Serilog's middleware; health and metrics are Debug.
    /// </summary>
    public static void UseRequestLines(this WebApplication app)
    {
        var levels = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(RequestLines);
        app.UseSerilogRequestLogging(options =>
        {
            options.Logger = app.Services.GetRequiredService<Serilog.ILogger>();
            options.GetLevel = (context, _, failure) => LevelOf(context, failure) is var level && levels.IsEnabled(LevelConvert.ToExtensionsLevel(level))
                ? level
                : LogEventLevel.Verbose; // below the middleware's minimum: not written
        });
    }

    // What failed has a line of its own with the reason, as an error.
    private static LogEventLevel LevelOf(HttpContext context, Exception? failure) =>
        context.IsProbe() ? LogEventLevel.Debug
        : failure is not null || context.Response.StatusCode >= StatusCodes.Status500InternalServerError ? LogEventLevel.Warning
        : LogEventLevel.Information;

    /// <summary>Asked for when a line is written: a scope around every request would cost each of them, and most write none.</summary>
    private sealed class CorrelationOfTheCall : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory properties)
        {
            if (CorrelationContext.Known is { } id) logEvent.AddPropertyIfAbsent(properties.CreateProperty("CorrelationId", id));
        }
    }
}
