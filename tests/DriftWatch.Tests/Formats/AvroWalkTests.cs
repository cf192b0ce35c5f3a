using System.Text;
using System.Text.Json.Nodes;
using Avro;
using Avro.Generic;
using DriftWatch.Core.Input;
using DriftWatch.Formats.Avro;
using Xunit;

namespace DriftWatch.Formats;

/// <summary>A value written by Apache.Avro comes to the JSON that it means, whatever the schema; what is no value of it is refused, whatever the bytes.</summary>
public sealed class AvroWalkTests
{
    public static TheoryData<string, object, string> Values => new()
    {
        { "\"null\"", null!, "null" },
        { "\"boolean\"", true, "true" },
        { "\"int\"", int.MinValue, "-2147483648" },
        { "\"long\"", long.MaxValue, "9223372036854775807" },
        { "\"long\"", long.MinValue, "-9223372036854775808" },
        { "\"float\"", 0.1f, "0.1" },
        { "\"double\"", 1e-7, "1E-07" },
        { "\"double\"", double.NaN, "NaN" },
        { "\"string\"", "a \"b\\ é \u0001", "\"a \\\"b\\\\ é \\u0001\"" },
        { "\"bytes\"", new byte[] { 0x41, 0x22, 0xE9, 0x00 }, "\"A\\\"é\\u0000\"" },
        { """["null","string"]""", "x", "\"x\"" },
        { """["null","string"]""", null!, "null" },
        { """{"type":"array","items":"int"}""", new object[] { 1, 2, 3 }, "[1,2,3]" },
        { """{"type":"array","items":"null"}""", Array.Empty<object>(), "[]" },
        { """{"type":"map","values":"long"}""", new Dictionary<string, object> { ["a\nb"] = 5L }, "{\"a\\u000ab\":5}" },
        { """{"type":"long","logicalType":"timestamp-millis"}""", new DateTime(2026, 11, 21, 10, 0, 0, 123, DateTimeKind.Utc), "\"2026-11-21T10:00:00.1230000Z\"" },
        { """{"type":"long","logicalType":"timestamp-micros"}""", new DateTime(1969, 12, 31, 23, 59, 59, 999, 999, DateTimeKind.Utc), "\"1969-12-31T23:59:59.9999990Z\"" },
        { """{"type":"int","logicalType":"date"}""", new DateTime(2026, 11, 21, 0, 0, 0, DateTimeKind.Utc), "\"2026-11-21T00:00:00.0000000Z\"" },
        { """{"type":"bytes","logicalType":"decimal","precision":9,"scale":3}""", -0.045m, "-0.045" },
        { """{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}""", 1234.50m, "1234.50" },
        { """{"type":"string","logicalType":"uuid"}""", Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"), "\"0f8fad5b-d9cb-469f-a165-70867728950e\"" },
    };

    [Theory, MemberData(nameof(Values))]
    public void Every_type_comes_to_its_json(string schema, object? value, string json) =>
        Assert.Equal(json, Read(schema, AvroValues.Bare(Schema.Parse(schema), value is decimal number ? new AvroDecimal(number) : value)));

    [Fact]
    public void Enumerations_and_what_is_fixed_come_to_words()
    {
        var words = (EnumSchema)Schema.Parse("""{"type":"enum","name":"e","symbols":["red","green"]}""");
        Assert.Equal("\"green\"", Read(words.ToString(), AvroValues.Bare(words, new GenericEnum(words, "green"))));
        var four = (FixedSchema)Schema.Parse("""{"type":"fixed","name":"f","size":4}""");
        Assert.Equal("\"ABCD\"", Read(four.ToString(), AvroValues.Bare(four, new GenericFixed(four, "ABCD"u8.ToArray()))));
        Assert.Equal("1.25", Read("""{"type":"fixed","name":"d","size":4,"logicalType":"decimal","precision":9,"scale":2}""", [0, 0, 0, 125]));
    }

    /// <summary>What Apache.Avro does not write itself: a schema of a newer version, or of another writer.</summary>
    [Theory]
    [InlineData("""{"type":"long","logicalType":"timestamp-nanos"}""", new byte[] { 0x01 }, "\"1969-12-31T23:59:59.9999999Z\"")]
    [InlineData("""{"type":"long","logicalType":"something-of-ours"}""", new byte[] { 0x02 }, "1")]
    [InlineData("""{"type":"fixed","name":"u","size":16,"logicalType":"uuid"}""", new byte[] { 0x0f, 0x8f, 0xad, 0x5b, 0xd9, 0xcb, 0x46, 0x9f, 0xa1, 0x65, 0x70, 0x86, 0x77, 0x28, 0x95, 0x0e }, "\"0f8fad5b-d9cb-469f-a165-70867728950e\"")]
    [InlineData("""{"type":"array","items":"int"}""", new byte[] { 0x03, 0x04, 0x02, 0x04, 0x02, 0x06, 0x00 }, "[1,2,3]")] // a block with its length, and one without
    public void What_other_writers_write_is_read(string schema, byte[] value, string json) => Assert.Equal(json, Read(schema, value));

    [Fact]
    public void A_schema_may_hold_itself_as_deep_as_the_limit_of_nesting_allows()
    {
        const string List = """{"type":"record","name":"l","fields":[{"name":"v","type":"int"},{"name":"next","type":["null","l"]}]}""";
        Assert.Equal("""{"v":1,"next":{"v":2,"next":null}}""", Read(List, [0x02, 0x02, 0x04, 0x00]));

        byte[] deep = [.. Enumerable.Repeat<byte>(0x02, 100_000), 0x00];
        Assert.Equal(RejectReason.TooDeep, Fault(List, deep).Reason);
    }

    [Theory]
    [InlineData("\"string\"", new byte[] { 0x06, 0x61 }, "as many bytes as the length before them says", 1)]
    [InlineData("\"string\"", new byte[] { 0x01 }, "as many bytes as the length before them says", 1)] // a length of −1
    [InlineData("\"boolean\"", new byte[] { 0x02 }, "a boolean of the schema", 0)]
    [InlineData("\"int\"", new byte[] { 0x80, 0x80, 0x80, 0x80, 0x20 }, "an int of the schema", 5)]
    [InlineData("\"long\"", new byte[] { 0x80 }, "a whole number of the schema", 1)]
    [InlineData("\"long\"", new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 }, "at most 64 bits", 10)]
    [InlineData("\"double\"", new byte[] { 0x01, 0x02 }, "as many bytes as the schema says", 0)]
    [InlineData("""["null","int"]""", new byte[] { 0x04 }, "a branch of the schema's union", 1)]
    [InlineData("""{"type":"enum","name":"e","symbols":["a"]}""", new byte[] { 0x02 }, "a symbol of the schema's enumeration", 1)]
    [InlineData("\"null\"", new byte[] { 0x00, 0x00 }, "nothing behind the value; its schema ends 2 bytes before it", 0)]
    public void What_is_no_value_of_the_schema_is_refused_with_its_place(string schema, byte[] value, string expected, int at)
    {
        var fault = Fault(schema, value);
        Assert.Equal(RejectReason.Format, fault.Reason);
        Assert.Contains(expected, fault.Expected, StringComparison.Ordinal);
        Assert.Equal(at, fault.Position);
    }

    /// <summary>Ten bytes may say that two to the sixty nulls follow, which take no room.</summary>
    [Fact]
    public void An_array_of_nothing_without_end_is_too_long_and_takes_no_time()
    {
        byte[] endless = [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0x00];
        Assert.Equal(RejectReason.Oversize, Fault("""{"type":"array","items":"null"}""", endless).Reason);
        Assert.Equal(RejectReason.Oversize, Fault("""{"type":"array","items":{"type":"record","name":"nothing","fields":[]}}""", endless).Reason);
    }

    /// <summary>The oracle is what was written; the JSON that is read is compared with the one that the test makes of it.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Random_values_of_random_schemas_come_to_their_json_and_pieces_of_them_to_faults(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 150; round++)
        {
            int names = 0;
            var schema = Schema.Parse(RandomAvro.Record(random, 3, ref names));
            var (value, expected) = RandomAvro.Value(random, schema);
            byte[] bare = AvroValues.Bare(schema, value);
            var shape = AvroSchemas.Parse(schema.ToString());
            var buffer = new JsonBuffer(1 << 20);

            Assert.Equal(default, new AvroWalk(bare, buffer, 64).Read(shape));
            string json = Encoding.UTF8.GetString(buffer.Written);
            Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(json)), $"seed {seed}, round {round}: {schema}\n{expected}\n{json}");

            buffer.Clear();
            Assert.NotEqual(RejectReason.None, new AvroWalk(bare.AsSpan(0, bare.Length - 1), buffer, 64).Read(shape).Reason);
            byte[] broken = [.. bare];
            for (int flips = 0; flips < 20; flips++)
            {
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
                buffer.Clear();
                if (new AvroWalk(broken, buffer, 64).Read(shape).Reason == RejectReason.None) _ = buffer.Written.Length;
                Assert.True(buffer.Written.Length <= 1 << 20);
            }
        }
    }

    private static string Read(string schema, byte[] value)
    {
        var buffer = new JsonBuffer(1 << 20);
        Assert.Equal(default, new AvroWalk(value, buffer, 64).Read(AvroSchemas.Parse(schema)));
        return Encoding.UTF8.GetString(buffer.Written);
    }

    private static FormatFault Fault(string schema, byte[] value) => new AvroWalk(value, new JsonBuffer(1 << 20), 64).Read(AvroSchemas.Parse(schema));
}
