using System.Text.Json.Nodes;
using Avro;
using Avro.Generic;

namespace DriftWatch.Formats;

/// <summary>Random schemas, and random values of them beside the JSON that each means.</summary>
internal static class RandomAvro
{
    private static readonly string[] Plain = ["null", "boolean", "int", "long", "float", "double", "string", "bytes"];

    public static string Record(Random random, int depth, ref int names)
    {
        List<string> fields = [];
        string name = $"r{names++}";
        for (int i = random.Next(1, 6); i > 0; i--) fields.Add($$"""{"name":"f{{i}}","type":{{Type(random, depth - 1, ref names)}}}""");
        // So that no piece of it is whole.
        return $$"""{"type":"record","name":"{{name}}","fields":[{{string.Join(',', fields)}},{"name":"last","type":"boolean"}]}""";
    }

    public static (object? Value, JsonNode? Json) Value(Random random, Schema schema)
    {
        switch (schema)
        {
            case RecordSchema record:
                var (value, json) = (new GenericRecord(record), new JsonObject());
                foreach (var field in record.Fields)
                {
                    var (one, oneJson) = Value(random, field.Schema);
                    value.Add(field.Name, one);
                    json[field.Name] = oneJson;
                }

                return (value, json);
            case UnionSchema union:
                return Value(random, union[random.Next(union.Count)]);
            case ArraySchema array:
                var items = Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, array.ItemSchema)).ToList();
                return (items.Select(item => item.Value).ToArray(), new JsonArray([.. items.Select(item => item.Json)]));
            case MapSchema map:
                var members = Enumerable.Range(0, random.Next(4)).ToDictionary(key => $"k\"{key}", _ => Value(random, map.ValueSchema));
                return (members.ToDictionary(one => one.Key, one => one.Value.Value!), new JsonObject(members.Select(one => KeyValuePair.Create(one.Key, one.Value.Json))));
            case EnumSchema words:
                string word = words.Symbols[random.Next(words.Count)];
                return (new GenericEnum(words, word), word);
            case FixedSchema four:
                byte[] bytes = Bytes(random, four.Size);
                return (new GenericFixed(four, bytes), Latin(bytes));
            default:
                return Of(random, schema.Tag);
        }
    }

    private static (object? Value, JsonNode? Json) Of(Random random, Schema.Type type)
    {
        switch (type)
        {
            case Schema.Type.Boolean:
                bool flag = random.Next(2) == 1;
                return (flag, flag);
            case Schema.Type.Int:
                int whole = random.Next(int.MinValue, int.MaxValue) >> random.Next(32);
                return (whole, whole);
            case Schema.Type.Long:
                long big = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
                return (big, big);
            case Schema.Type.Float:
                float single = random.NextSingle();
                return (single, JsonNode.Parse(single.ToString("R")));
            case Schema.Type.Double:
                double number = random.NextDouble() * Math.Pow(10, random.Next(-20, 20));
                return (number, JsonNode.Parse(number.ToString("R")));
            case Schema.Type.String:
                string text = string.Concat(Enumerable.Range(0, random.Next(10)).Select(_ => "ab\"\\\n\t€é{"[random.Next(9)]));
                return (text, text);
            case Schema.Type.Bytes:
                byte[] bytes = Bytes(random, random.Next(10));
                return (bytes, Latin(bytes));
            default:
                return (null, null);
        }
    }

    private static string Type(Random random, int depth, ref int names)
    {
        switch (random.Next(depth > 0 ? 7 : 3))
        {
            case 0 when depth > 0: return Record(random, depth, ref names);
            case 3: return $$"""{"type":"array","items":{{Type(random, depth - 1, ref names)}}}""";
            case 4: return $$"""{"type":"map","values":{{Type(random, depth - 1, ref names)}}}""";
            case 5: return $$"""["null",{"type":"enum","name":"e{{names++}}","symbols":["A","B_2"]},"double"]""";
            case 6: return $$"""{"type":"fixed","name":"x{{names++}}","size":3}""";
            default: return $"\"{Plain[random.Next(Plain.Length)]}\"";
        }
    }

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Latin(byte[] bytes) => string.Concat(bytes.Select(one => (char)one));
}
