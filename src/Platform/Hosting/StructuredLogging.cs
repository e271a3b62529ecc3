using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Messaging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Json;

namespace RealtimeTours.Platform.Hosting;

/// <summary>Logs to standard output: lines for people in Development, one JSON object per line elsewhere. Levels come from <c>Logging:LogLevel</c>.</summary>
internal static class StructuredLogging
{
    private const string Template = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj} {CorrelationId} {NewLine}{Exception}";

    public static void AddStructuredLogging(this WebApplicationBuilder builder, string host)
    {
        var logger = new LoggerConfiguration().MinimumLevel.Verbose().Enrich.FromLogContext().Enrich.With<CorrelationOfTheCall>().Enrich.WithProperty("Host", host);
        logger = builder.Environment.IsDevelopment()
            ? logger.WriteTo.Console(outputTemplate: Template, formatProvider: CultureInfo.InvariantCulture)
            : logger.WriteTo.Console(new JsonFormatter(renderMessage: true));
        builder.Logging.ClearProviders();
        // Not AddSerilog: it sets a filter of its own that lets every level pass, whatever Logging:LogLevel says.
        builder.Logging.AddProvider(new SerilogLoggerProvider(logger.CreateLogger(), dispose: true));
        // Every request is a metric already; the log is for what people must read.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Logging.AddFilter("Quartz", LogLevel.Warning);
    }

    /// <summary>Asked for when a line is written: a scope around every request would cost each of them, and most write none.</summary>
    private sealed class CorrelationOfTheCall : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory properties)
        {
            if (Correlation.Known is { } id) logEvent.AddPropertyIfAbsent(properties.CreateProperty("CorrelationId", id));
        }
    }
}
