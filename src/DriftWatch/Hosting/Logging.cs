using System.Text.Encodings.Web;
using System.Text.Json;
using DriftWatch.Options;
using Microsoft.Extensions.Logging.Console;

namespace DriftWatch.Hosting;

/// <summary>Logs to standard output: for people on a terminal, JSON everywhere else.</summary>
internal static class Logging
{
    public static ILoggingBuilder AddDriftWatchLogging(this ILoggingBuilder logging, LogOptions options)
    {
        logging.SetMinimumLevel(options.Level);
        if (options.Level > LogLevel.Debug) logging.AddFilter("Microsoft", LogLevel.Warning);
        // A client that asks and leaves is no event of ours.
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error);
        bool text = options.Format == LogFormat.Text || (options.Format == LogFormat.Auto && !Console.IsOutputRedirected);
        return text
            ? logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
                console.ColorBehavior = Colors.Wanted ? LoggerColorBehavior.Default : LoggerColorBehavior.Disabled;
            })
            : logging.AddJsonConsole(console =>
            {
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
                // Sentences hold commands to be copied: no \u0027 for an apostrophe and no \u0026 for an ampersand, which only a page of HTML would need.
                console.JsonWriterOptions = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            });
    }
}

/// <summary>Whether colours are wanted (no-color.org).</summary>
internal static class Colors
{
    public static bool Wanted => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
}
