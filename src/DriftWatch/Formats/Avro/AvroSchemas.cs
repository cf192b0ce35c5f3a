using System.Text.Json.Nodes;
using Avro;

namespace DriftWatch.Formats.Avro;

/// <summary>Schemas, read by Apache.Avro, as shapes.</summary>
internal static class AvroSchemas
{
    private const string FixedUuid = "fixed-uuid";

    /// <summary>Reads a schema.</summary>
    /// <param name="json">The schema.</param>
    /// <param name="known">Types that it names and does not define; it adds its own.</param>
    /// <exception cref="AvroSchemaException">It is none.</exception>
    public static AvroShape Parse(string json, SchemaNames? known = null)
    {
        try
        {
            return Of(Schema.Parse(Accepted(json), known ?? new SchemaNames()), new(ReferenceEqualityComparer.Instance));
        }
        catch (Exception broken) when (broken is AvroException or Newtonsoft.Json.JsonException or System.Text.Json.JsonException or ArgumentException or InvalidCastException or KeyNotFoundException)
        {
            throw new AvroSchemaException(broken.Message, broken);
        }
    }

    /// <summary>A named type for others that refer to it.</summary>
    /// <exception cref="AvroSchemaException">It is no schema.</exception>
    public static void Define(string json, SchemaNames known)
    {
        try
        {
            Schema.Parse(Accepted(json), known);
        }
        catch (Exception broken) when (broken is AvroException or Newtonsoft.Json.JsonException or System.Text.Json.JsonException or ArgumentException or InvalidCastException or KeyNotFoundException)
        {
            throw new AvroSchemaException(broken.Message, broken);
        }
    }

    /// <summary>The schema as Apache.Avro 1.12 takes it, which knows UUIDs as strings only.</summary>
    private static string Accepted(string json)
    {
        if (!json.Contains("\"uuid\"", StringComparison.Ordinal) || !json.Contains("\"fixed\"", StringComparison.Ordinal)) return json;
        var schema = JsonNode.Parse(json);
        foreach (var type in Objects(schema).Where(one => (one["type"], one["logicalType"]) is (JsonValue kind, JsonValue meaning) && kind.ToString() == "fixed" && meaning.ToString() == "uuid").ToList())
        {
            type["logicalType"] = FixedUuid;
        }

        return schema!.ToJsonString();
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject one => one.SelectMany(member => Objects(member.Value)).Prepend(one),
        JsonArray all => all.SelectMany(Objects),
        _ => [],
    };

    private static AvroShape Of(Schema schema, Dictionary<object, AvroShape> known)
    {
        if (known.TryGetValue(schema, out var shape)) return shape;
        switch (schema)
        {
            case RecordSchema record:
                // Before its fields: it may hold itself.
                known.Add(schema, shape = new AvroShape(AvroKind.Record));
                shape.Words = [.. record.Fields.Select(field => Quoted(field.Name, ":"))];
                shape.Parts = [.. record.Fields.Select(field => Of(field.Schema, known))];
                return shape;
            case UnionSchema union: return new AvroShape(AvroKind.Union) { Parts = [.. union.Schemas.Select(branch => Of(branch, known))] };
            case ArraySchema array: return new AvroShape(AvroKind.Array) { Parts = [Of(array.ItemSchema, known)] };
            case MapSchema map: return new AvroShape(AvroKind.Map) { Parts = [Of(map.ValueSchema, known)] };
            case EnumSchema words: return new AvroShape(AvroKind.Enum) { Words = [.. words.Symbols.Select(symbol => Quoted(symbol, ""))] };
            case FixedSchema bytes: return new AvroShape(AvroKind.Fixed) { Size = bytes.Size };
            case LogicalSchema logical: return Logical(logical, known);
            default: return new AvroShape(Plain(schema.Tag));
        }
    }

    private static AvroShape Logical(LogicalSchema schema, Dictionary<object, AvroShape> known) => (schema.LogicalTypeName, schema.BaseSchema) switch
    {
        ("timestamp-millis" or "local-timestamp-millis", _) => Time(TimeSpan.TicksPerMillisecond),
        ("timestamp-micros" or "local-timestamp-micros", _) => Time(TimeSpan.TicksPerMicrosecond),
        ("timestamp-nanos" or "local-timestamp-nanos", _) => Time(-TimeSpan.NanosecondsPerTick),
        ("date", _) => Time(TimeSpan.TicksPerDay),
        ("decimal", FixedSchema bytes) => new AvroShape(AvroKind.FixedDecimal) { Size = bytes.Size, Scale = ScaleOf(schema) },
        ("decimal", _) => new AvroShape(AvroKind.Decimal) { Scale = ScaleOf(schema) },
        (FixedUuid, FixedSchema { Size: 16 }) => new AvroShape(AvroKind.FixedUuid) { Size = 16 },
        _ => Of(schema.BaseSchema, known),
    };

    private static AvroShape Time(long ticks) => new(AvroKind.Time) { Ticks = ticks };

    private static int ScaleOf(LogicalSchema schema) =>
        schema.GetProperty("scale") is not { } text ? 0 : int.TryParse(text, out int scale) && scale is >= 0 and < 400 ? scale : throw new AvroTypeException($"scale {text} of a decimal is no number from 0 to 399");

    private static AvroKind Plain(Schema.Type type) => type switch
    {
        Schema.Type.Null => AvroKind.Null,
        Schema.Type.Boolean => AvroKind.Boolean,
        Schema.Type.Int => AvroKind.Int,
        Schema.Type.Long => AvroKind.Long,
        Schema.Type.Float => AvroKind.Float,
        Schema.Type.Double => AvroKind.Double,
        Schema.Type.Bytes => AvroKind.Bytes,
        Schema.Type.String => AvroKind.String,
        _ => throw new AvroTypeException($"a schema of type {type} is not read"),
    };

    private static byte[] Quoted(string name, string after)
    {
        var buffer = new JsonBuffer(1 << 16);
        buffer.Text(System.Text.Encoding.UTF8.GetBytes(name));
        return [.. buffer.Written, .. System.Text.Encoding.ASCII.GetBytes(after)];
    }
}

/// <summary>A schema that cannot be read; the message is Apache.Avro's.</summary>
internal sealed class AvroSchemaException(string message, Exception inner) : Exception(message, inner);
