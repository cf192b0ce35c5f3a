using System.Text;
using DriftWatch.Core.Input;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Formats;

/// <summary>What reads a topic's values is opened from its settings; what it needs and is not there is told before anything is read.</summary>
public sealed class ValueFormatsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Bare_avro_is_read_by_the_schema_of_a_file()
    {
        File.WriteAllText(_file, AvroValues.Prediction);
        var format = Of(new FieldMapping { Format = RecordFormat.Avro, SchemaFile = _file })!;
        byte[] bare = AvroValues.Bare(AvroValues.PredictionSchema, AvroValues.APrediction("p1", new DateTime(2026, 11, 21, 10, 0, 0, DateTimeKind.Utc), null));

        Assert.True(format.IsReady(bare));
        Assert.Equal(default, format.Decode(bare));

        Assert.Equal(
            """{"id":"p1","at":"2026-11-21T10:00:00.0000000Z","model":{"name":"fraud","version":7},"score":null,"features":[0.5,NaN],"tags":{"region":"e\"u\u000a","gold":true,"none":null}}""",
            Encoding.UTF8.GetString(format.Json));
    }

    [Fact]
    public void Framing_where_bare_avro_was_expected_is_named_with_the_settings() =>
        Assert.Equal("Schema Registry framing, schema id 7: set schemaRegistry.url, and no schemaFile", RecordForms.LooksLike(AvroValues.Framed(7, [2, 4, 6]), RecordFormat.Avro));

    [Fact]
    public void A_file_that_is_missing_or_holds_no_schema_is_named()
    {
        Assert.Contains("/nowhere/p.avsc", Assert.Throws<FormatSetupException>(() => Of(new FieldMapping { Format = RecordFormat.Avro, SchemaFile = "/nowhere/p.avsc" })).Message);
        File.WriteAllText(_file, "{}");
        Assert.StartsWith($"schemaFile {_file}: this is no Avro schema: ", Assert.Throws<FormatSetupException>(() => Of(new FieldMapping { Format = RecordFormat.Avro, SchemaFile = _file })).Message);
        File.WriteAllText(_file, "{\"type\":");
        Assert.StartsWith($"schemaFile {_file}: this is no Avro schema: ", Assert.Throws<FormatSetupException>(() => Of(new FieldMapping { Format = RecordFormat.Avro, SchemaFile = _file })).Message);
    }

    [Fact]
    public void Every_format_of_the_configuration_is_read()
    {
        File.WriteAllText(_file, "\"long\"");
        Assert.Null(Of(new FieldMapping()));
        Assert.All(RecordFormats.All.Where(format => format != RecordFormat.Json), format => Assert.NotNull(Of(new FieldMapping { Format = format, SchemaFile = _file })));
    }

    private static IValueFormat? Of(FieldMapping mapping) => new ValueFormats(new PipelineOptions(), TimeProvider.System).Of(mapping, StreamPart.Predictions);
}
