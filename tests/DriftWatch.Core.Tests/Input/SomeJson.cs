using System.Text;

namespace DriftWatch.Core.Input;

/// <summary>Makes records as producers might write them: mostly good, in every form, sometimes wrong in one place.</summary>
internal sealed class SomeJson(Random random)
{
    private static readonly string[] Times =
    [
        "\"2026-11-21T10:00:00Z\"", "\"2026-11-21T11:30:00.123456+01:30\"", "1763719200123", "\"1763719200123\"", "1.763719200123e12", "1763719200123.75", "0", "1763719200", "20251121", "946684800000", "946684799999.9", "\"1999-12-31T23:59:59.999Z\"",
        "\"1904-01-01T00:00:00Z\"", "\"2262-01-01T00:00:00Z\"", "\"2026-11-21T12:30:00Z\"", "-1", "true", "{}", "null", "\"\"", "\"2026-02-29T10:00:00Z\"", "\"2024-12-31T23:59:60Z\"",
    ];

    private static readonly string[] Numbers =
    [
        "0.83", "0.5", "0", "1", "0.3", "1e-3", "5E-1", "0.1234567890123456789", "0.000001", "-0", "-0.0", "1.0000001", "1e999", "-1", "-1e-300", "1e-999", "83",
        "\"0.5\"", "true", "null", "[]", "{\"p\":0.5}", "0.30000000000000004", "1.0",
    ];

    private static readonly string[] Classes = ["\"cat\"", "\"dog\"", "1", "1.0", "0", "true", "false", "\"\"", "0.50", "1e999", "null", "{}", "[1]", "-7", "\"\\u0063at\"", "\"größe\"", "12345678901234567890", "1e20", "\"True\"", "\" false\"", "\"1.0\"", "\"+1\"", "\"01\"", "\"1.\"", "\"10e-1\"", "\"-0\"", "\"cat \"", "\" \"", "1e40", "15e-1", "\"1e400\"", "\"tRuE\"", "\"fal\""];

    private static readonly string[] Ids =
    [
        "\"a\"", "17", "\"17\"", "17.0", "1.5", "-3", "\"550e8400-e29b-41d4-a716-446655440000\"", "\"550E8400-E29B-41D4-A716-446655440000\"", "\"\"", "null", "true", "[\"a\"]", "{}",
        "\"\\ud83d\\ude00 \\\"quoted\\\"\"", "\"\\ud800\"", "\"a/b\\/c\\\\\\t\"", "123456789012345678901234567890", "\"日本語の識別子\"", "-0", "1e3",
    ];

    private static readonly string[] Texts = ["\"m\"", "\"fraud\"", "7", "7.10", "\"\"", "null", "true", "{}", "\"m\\u00f6del\"", "\"modèle\"", "\"a much longer name of a model than sixteen bytes\""];

    private static readonly string[] Others = ["null", "[]", "{}", "\"x\"", "[1,[2,{\"id\":3}],\"\\n\"]", "{\"id\":\"inner\",\"a\":{\"b\":[{}]}}", "\"a\\\\\"", "-12.5e+3", "[\"\\ud800\"]", "[[[[[[[]]]]]]]", "false"];

    public string Prediction()
    {
        List<string> members = [Member("id", Pick(Ids)), Member("timestamp", Pick(Times))];
        if (random.Next(10) > 0) members.Add(Member("model", Pick(Texts)));
        if (random.Next(2) == 0) members.Add(Member("version", Pick(Texts)));
        if (random.Next(2) == 0) members.Add(Member("slices", Slices()));
        int form = random.Next(4);
        if (form == 0 || random.Next(20) == 0) members.Add(Member("probability", Pick(Numbers)));
        if (form == 1 || random.Next(20) == 0) members.Add(Member("predicted", Pick(Classes)));
        if (form == 1 || random.Next(20) == 0) members.Add(Member("confidence", Pick(Numbers)));
        if (form == 2 || random.Next(20) == 0) members.Add(Member("probabilities", Vector()));
        return Record(members);
    }

    public string Label()
    {
        List<string> members = [Member("id", Pick(Ids)), Member("timestamp", Pick(Times))];
        if (random.Next(3) > 0) members.Add(Member("label", Pick(Classes)));
        if (random.Next(3) == 0) members.Add(Member("correct", Pick(Classes)));
        return Record(members);
    }

    /// <summary>The record with a few bytes changed, taken out or put in.</summary>
    public byte[] Mutated(string json)
    {
        List<byte> bytes = [.. Encoding.UTF8.GetBytes(json)];
        for (int i = random.Next(1, 4); i > 0 && bytes.Count > 0; i--)
        {
            int at = random.Next(bytes.Count);
            byte other = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"{}[]\",:\\u0123456789eE+-. tfn"[random.Next(28)];
            switch (random.Next(4))
            {
                case 0: bytes[at] = other; break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveAt(at); break;
                default: bytes.Insert(at, other); break;
            }
        }

        return [.. bytes];
    }

    private string Record(List<string> members)
    {
        for (int i = random.Next(3); i > 0; i--) members.Add(Member(random.Next(6) == 0 ? "time" : $"other{random.Next(5)}", Pick(Others)));
        if (random.Next(25) == 0) members.Add(members[random.Next(members.Count)]);
        string record = Object(members);
        if (random.Next(6) > 0) return record;
        List<string> envelope = [Member("specversion", random.Next(5) == 0 ? "1" : "\"1.0\""), Member("id", "\"event\""), Member("time", Pick(Times)), Member("data", random.Next(8) == 0 ? "\"text\"" : record)];
        return Object(envelope);
    }

    private string Slices()
    {
        if (random.Next(15) == 0) return Pick(Others);
        int count = random.Next(20) == 0 ? 17 : random.Next(4);
        return Object([.. Enumerable.Range(0, count).Select(i => Member(random.Next(20) == 0 ? "same" : $"dimension{i}", random.Next(12) == 0 ? Pick(Others) : Pick(["\"eu\"", "\"us\"", "1", "1.50", "true", "\"größe\"", "null", "\"\""])))]);
    }

    private string Vector()
    {
        if (random.Next(10) == 0) return Pick(Others);
        string[] values = Pick<string[]>([["0.25", "0.75"], ["1"], ["0.5", "0.5"], ["0.2", "0.3", "0.5"], ["1e-1", "0.9"], ["0.6", "0.4005"], ["0.6", "0.402"], ["0.5", Pick(Numbers)], []]);
        return random.Next(2) == 0
            ? $"[{string.Join(Space() + ",", values)}{Space()}]"
            : Object([.. values.Select((v, i) => Member(random.Next(25) == 0 ? "same" : i == 0 ? "größe" : random.Next(5) == 0 ? Pick(["true", " 1", "1.0", "+1", "01", "False", "0e0", "class1 "]) : $"class{i}", v))]);
    }

    private string Object(List<string> members)
    {
        if (random.Next(3) > 0)
        {
            string[] shuffled = [.. members];
            random.Shuffle(shuffled);
            members = [.. shuffled];
        }

        return $"{Space()}{{{Space()}{string.Join(Space() + "," + Space(), members)}{Space()}}}{Space()}";
    }

    private string Member(string key, string value)
    {
        if (random.Next(30) == 0)
        {
            int at = random.Next(key.Length);
            key = $"{key[..at]}\\u{(int)key[at]:x4}{key[(at + 1)..]}";
        }

        return $"\"{key}\"{Space()}:{Space()}{value}";
    }

    private string Space() => random.Next(5) == 0 ? Pick([" ", "\t", "\r\n  "]) : "";

    private T Pick<T>(T[] choices) => choices[random.Next(2) == 0 ? random.Next(choices.Length) : random.Next(Math.Min(4, choices.Length))];
}
