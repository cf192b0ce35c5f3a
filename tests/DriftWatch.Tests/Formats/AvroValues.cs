using System.Buffers.Binary;
using Avro;
using Avro.Generic;
using Avro.IO;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using Schema = Avro.Schema;

namespace DriftWatch.Formats;

/// <summary>Avro as others write it: with Apache.Avro's writer, and with Confluent's serializer.</summary>
internal static class AvroValues
{
    public const string Prediction = """
        {"type":"record","name":"Prediction","namespace":"fraud.v1","fields":[
          {"name":"id","type":"string"},
          {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},
          {"name":"model","type":{"type":"record","name":"Model","fields":[{"name":"name","type":{"type":"enum","name":"Which","symbols":["fraud","churn"]}},{"name":"version","type":["null","int"]}]}},
          {"name":"score","type":["null","double"]},
          {"name":"features","type":{"type":"array","items":"float"}},
          {"name":"tags","type":{"type":"map","values":["null","string","boolean"]}}]}
        """;

    public static readonly RecordSchema PredictionSchema = (RecordSchema)Schema.Parse(Prediction);

    public static GenericRecord APrediction(string id, DateTime at, double? score, string which = "fraud")
    {
        var model = new GenericRecord((RecordSchema)PredictionSchema["model"].Schema);
        model.Add("name", new GenericEnum((EnumSchema)((RecordSchema)PredictionSchema["model"].Schema)["name"].Schema, which));
        model.Add("version", 7);
        var record = new GenericRecord(PredictionSchema);
        record.Add("id", id);
        record.Add("at", at);
        record.Add("model", model);
        record.Add("score", score);
        record.Add("features", new object[] { 0.5f, float.NaN });
        record.Add("tags", new Dictionary<string, object> { ["region"] = "e\"u\n", ["gold"] = true, ["none"] = null! });
        return record;
    }

    /// <summary>A value as it lies in a file or topic without a frame.</summary>
    public static byte[] Bare(Schema schema, object? value)
    {
        var stream = new MemoryStream();
        new GenericDatumWriter<object>(schema).Write(value!, new BinaryEncoder(stream));
        return stream.ToArray();
    }

    /// <summary>The same behind Schema Registry framing.</summary>
    public static byte[] Framed(int id, byte[] bare)
    {
        byte[] framed = [0, 0, 0, 0, 0, .. bare];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), id);
        return framed;
    }

    /// <summary>A value as Confluent's own serializer writes it, which registers the schema first.</summary>
    public static async Task<byte[]> Serialized(RegistryStub registry, string topic, GenericRecord record)
    {
        using var client = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = registry.Url });
        var serializer = new AvroSerializer<GenericRecord>(client, new AvroSerializerConfig { AutoRegisterSchemas = true });
        return await serializer.SerializeAsync(record, new SerializationContext(MessageComponentType.Value, topic));
    }
}
