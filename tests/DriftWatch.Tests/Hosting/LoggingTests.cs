using System.Text.Json;
using DriftWatch.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Xunit;

namespace DriftWatch.Hosting;

public sealed class LoggingTests
{
    [Fact]
    public void A_command_in_a_line_of_JSON_can_be_copied_as_it_stands()
    {
        using var services = new ServiceCollection().AddLogging(logging => logging.AddDriftWatchLogging(new LogOptions { Format = LogFormat.Json })).BuildServiceProvider();
        var writing = services.GetRequiredService<IOptionsMonitor<JsonConsoleFormatterOptions>>().CurrentValue.JsonWriterOptions;
        const string said = "Missing topic 'driftwatch.dlq'. Create it: kafka-topics.sh --create --topic 'driftwatch.dlq' && echo \u00f6 \u2212 <done>";

        Assert.Equal($"\"{said}\"", Write(said));
        Assert.Equal("\"a\\u001B[31m\\n\"", Write("a\u001b[31m\n"));

        string Write(string text)
        {
            using var stream = new MemoryStream();
            using (var json = new Utf8JsonWriter(stream, writing)) json.WriteStringValue(text);
            return System.Text.Encoding.UTF8.GetString(stream.ToArray());
        }
    }
}
