using System.Globalization;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace DriftWatch.Formats;

/// <summary>Values of Arrow whose columns have any type, hold what belongs there or something else, and lack what they like.</summary>
internal sealed class RandomArrow(Random random)
{
    private static readonly string[] Words = ["", "nan", "None", "null", "a", "fraud", "Fraud", "7", "07", "7.0", "1.", "-0", "1e5", " x ", "true", "False", "0.5", "1e-3", "é", "2026-11-21T10:00:00Z", "1763719200000", "12ms", "0b2c9d5e-8d3c-4b8e-9c1d-0123456789ab", "0B2C9D5E-8D3C-4B8E-9C1D-0123456789AB", new string('x', 200), new string('y', 1100)];
    private static readonly double[] Odd = [0, -0.0, 1, 0.5, 0.1, 0.3f, 1.0000001, -0.5, 2, 17, 1e15, 1e16, 3e-9, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1_763_719_200_000, 1_763_719_200_000.7];
    private static readonly long[] OddLongs = [0, 1, -1, 17, 1_763_719_200, 1_763_719_200_000, 1_763_719_200_000_000, 1_763_719_200_000_000_000, long.MaxValue, long.MinValue, 4_398_046_511_103, 4_398_046_511_104];

    /// <summary>Whether values are only what belongs there, and all there.</summary>
    public bool IsProper { get; init; }

    public static IReadOnlyList<string> Types { get; } =
    [
        "string", "largeString", "stringView", "binary", "codes8", "codes32", "codedNumbers", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "half", "float", "double", "bool",
        "s", "ms", "us", "ns", "date32", "date64", "decimal", "null",
    ];

    /// <summary>A stream with a few batches.</summary>
    /// <param name="columns">Names of the columns, and the types that suit them best.</param>
    public byte[] Value(IReadOnlyList<(string Name, string[] Types)> columns)
    {
        // Mostly what belongs there, or hardly a row would be good.
        var types = columns.Select(column => !IsProper && random.Next(4) == 0 ? Types[random.Next(Types.Count)] : column.Types[random.Next(column.Types.Length)]).ToList();
        double nulls = IsProper || random.Next(3) == 0 ? 0 : 0.1, odd = IsProper || random.Next(3) == 0 ? 0 : random.NextDouble() * 0.3;
        Schema? schema = null;
        var stream = new MemoryStream();
        ArrowStreamWriter? writer = null;
        for (int batch = random.Next(1, 4); batch > 0; batch--)
        {
            int rows = random.Next(0, 60);
            var arrays = columns.Select((column, i) => Array(types[i], column.Name, rows, nulls, odd)).ToList();
            schema ??= new Schema(columns.Select((column, i) => new Field(column.Name, arrays[i].Data.DataType, true)), null);
            writer ??= new ArrowStreamWriter(stream, schema, leaveOpen: true);
            // Arrays that begin in the midst of their memory are no others.
            int cut = types.Exists(type => type.StartsWith("code", StringComparison.Ordinal)) ? 0 : random.Next(0, rows / 4 + 1);
            writer.WriteRecordBatch(new RecordBatch(schema, arrays.Select(array => cut == 0 ? array : ArrowArrayFactory.Slice(array, cut, rows - cut)), rows - cut));
        }

        writer!.WriteEnd();
        return stream.ToArray();
    }

    private IArrowArray Array(string type, string name, int rows, double nulls, double odd)
    {
        bool[] there = [.. Enumerable.Range(0, rows).Select(_ => random.NextDouble() >= nulls)];
        return type switch
        {
            "string" => Texts(new StringArray.Builder(), name, there, odd),
            "largeString" => Large(name, there, odd),
            "stringView" => Views(name, there, odd),
            "binary" => Bytes(name, there, odd),
            "codes8" => new DictionaryArray(new DictionaryType(Int8Type.Default, StringType.Default, false), Numbers(new Int8Array.Builder(), there, () => (sbyte)random.Next(20)), Texts(new StringArray.Builder(), name, [.. Enumerable.Repeat(true, 20)], odd)),
            "codes32" => new DictionaryArray(new DictionaryType(Int32Type.Default, StringType.Default, false), Numbers(new Int32Array.Builder(), there, () => random.Next(20)), Texts(new StringArray.Builder(), name, [.. Enumerable.Range(0, 20).Select(i => i != 3)], odd)),
            "codedNumbers" => new DictionaryArray(new DictionaryType(UInt16Type.Default, DoubleType.Default, false), Numbers(new UInt16Array.Builder(), there, () => (ushort)random.Next(20)), Numbers(new DoubleArray.Builder(), [.. Enumerable.Repeat(true, 20)], () => Number(name, odd))),
            "int8" => Numbers(new Int8Array.Builder(), there, () => (sbyte)Long(name, odd)),
            "int16" => Numbers(new Int16Array.Builder(), there, () => (short)Long(name, odd)),
            "int32" => Numbers(new Int32Array.Builder(), there, () => (int)Long(name, odd)),
            "int64" => Numbers(new Int64Array.Builder(), there, () => Long(name, odd)),
            "uint8" => Numbers(new UInt8Array.Builder(), there, () => (byte)Long(name, odd)),
            "uint16" => Numbers(new UInt16Array.Builder(), there, () => (ushort)Long(name, odd)),
            "uint32" => Numbers(new UInt32Array.Builder(), there, () => (uint)Long(name, odd)),
            "uint64" => Numbers(new UInt64Array.Builder(), there, () => (ulong)Long(name, odd)),
            "half" => Numbers(new HalfFloatArray.Builder(), there, () => (Half)Number(name, odd)),
            "float" => Numbers(new FloatArray.Builder(), there, () => (float)Number(name, odd)),
            "double" => Numbers(new DoubleArray.Builder(), there, () => Number(name, odd)),
            "bool" => Flags(there),
            "s" => Times(TimeUnit.Second, there, odd),
            "ms" => Times(TimeUnit.Millisecond, there, odd),
            "us" => Times(TimeUnit.Microsecond, there, odd),
            "ns" => Times(TimeUnit.Nanosecond, there, odd),
            "date32" => Days(new Date32Array.Builder(), there),
            "date64" => Days(new Date64Array.Builder(), there),
            "decimal" => Decimals(there),
            _ => new NullArray(rows),
        };
    }

    private string Text(string name, double odd) => random.NextDouble() < odd ? Words[random.Next(Words.Length)] : name switch
    {
        "id" => random.Next(2) == 0 ? new Guid(random.Next(40), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).ToString() : random.Next(40).ToString(CultureInfo.InvariantCulture),
        "timestamp" => DateTime.UnixEpoch.AddMilliseconds(Milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        "probability" or "confidence" or "latency" => Math.Round(random.NextDouble(), 3).ToString(CultureInfo.InvariantCulture),
        _ => ((string[])["a", "b", "a", "a", "c"])[random.Next(5)],
    };

    private double Number(string name, double odd) => random.NextDouble() < odd ? Odd[random.Next(Odd.Length)] : name switch
    {
        "timestamp" => Milliseconds,
        "probability" or "confidence" or "latency" => random.Next(2) == 0 ? random.NextDouble() : Math.Round(random.NextDouble(), 3),
        _ => random.Next(5),
    };

    private long Long(string name, double odd) => random.NextDouble() < odd ? OddLongs[random.Next(OddLongs.Length)] : name == "timestamp" ? Milliseconds : name == "id" ? random.Next(120) : random.Next(2);

    private long Milliseconds => 1_763_719_200_000 + random.Next(100_000);

    private StringArray Texts(StringArray.Builder builder, string name, bool[] there, double odd)
    {
        foreach (bool one in there) _ = one ? builder.Append(Text(name, odd)) : builder.AppendNull();
        return builder.Build();
    }

    private LargeStringArray Large(string name, bool[] there, double odd)
    {
        var builder = new LargeStringArray.Builder();
        foreach (bool one in there) _ = one ? builder.Append(Text(name, odd)) : builder.AppendNull();
        return builder.Build();
    }

    private StringViewArray Views(string name, bool[] there, double odd)
    {
        var builder = new StringViewArray.Builder();
        foreach (bool one in there) _ = one ? builder.Append(Text(name, odd)) : builder.AppendNull();
        return builder.Build(null);
    }

    private BinaryArray Bytes(string name, bool[] there, double odd)
    {
        var builder = new BinaryArray.Builder();
        foreach (bool one in there) _ = one ? builder.Append(Encoding.UTF8.GetBytes(Text(name, odd)).AsSpan()) : builder.AppendNull();
        return builder.Build();
    }

    private static IArrowArray Numbers<T, TArray, TBuilder>(PrimitiveArrayBuilder<T, TArray, TBuilder> builder, bool[] there, Func<T> next)
        where T : struct
        where TArray : IArrowArray
        where TBuilder : class, IArrowArrayBuilder<T, TArray, TBuilder>
    {
        foreach (bool one in there) _ = one ? builder.Append(next()) : builder.AppendNull();
        return builder.Build(null);
    }

    private BooleanArray Flags(bool[] there)
    {
        var builder = new BooleanArray.Builder();
        foreach (bool one in there) _ = one ? builder.Append(random.Next(2) == 0) : builder.AppendNull();
        return builder.Build();
    }

    private TimestampArray Times(TimeUnit unit, bool[] there, double odd)
    {
        long scale = unit switch { TimeUnit.Second => 0, TimeUnit.Millisecond => 1, TimeUnit.Microsecond => 1000, _ => 1_000_000 };
        var values = new Int64Array.Builder();
        foreach (bool one in there) _ = !one ? values.AppendNull() : values.Append(random.NextDouble() < odd ? OddLongs[random.Next(OddLongs.Length)] : scale == 0 ? Milliseconds / 1000 : (Milliseconds * scale) + (random.Next(1000) * scale / 1000));
        var array = values.Build();
        return new TimestampArray(new TimestampType(unit, random.Next(2) == 0 ? "UTC" : null), array.ValueBuffer, array.NullBitmapBuffer, array.Length, array.NullCount, 0);
    }

    private Date32Array Days(Date32Array.Builder builder, bool[] there)
    {
        foreach (bool one in there) _ = one ? builder.Append(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(random.Next(99))) : builder.AppendNull();
        return builder.Build();
    }

    private Date64Array Days(Date64Array.Builder builder, bool[] there)
    {
        foreach (bool one in there) _ = one ? builder.Append(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(random.Next(99))) : builder.AppendNull();
        return builder.Build();
    }

    private Decimal128Array Decimals(bool[] there)
    {
        var builder = new Decimal128Array.Builder(new Decimal128Type(10, 3));
        foreach (bool one in there) _ = one ? builder.Append(random.Next(2000) / 1000m) : builder.AppendNull();
        return builder.Build();
    }
}
