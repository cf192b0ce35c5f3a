using System.Buffers.Binary;
using System.Text.Unicode;

namespace DriftWatch.Formats.Protobuf;

/// <summary>The values of a tensor as JSON: from its bytes, or from the lists that the protocol has for each type.</summary>
internal static class TensorData
{
    private delegate void Writer(JsonBuffer json, ReadOnlySpan<byte> one);

    private static readonly Dictionary<string, (int Size, Writer Write)> Types = new()
    {
        ["BOOL"] = (1, (json, one) => json.Raw(one[0] != 0 ? "true"u8 : "false"u8)),
        ["UINT8"] = (1, (json, one) => json.Whole((ulong)one[0])),
        ["UINT16"] = (2, (json, one) => json.Whole((ulong)BinaryPrimitives.ReadUInt16LittleEndian(one))),
        ["UINT32"] = (4, (json, one) => json.Whole((ulong)BinaryPrimitives.ReadUInt32LittleEndian(one))),
        ["UINT64"] = (8, (json, one) => json.Whole(BinaryPrimitives.ReadUInt64LittleEndian(one))),
        ["INT8"] = (1, (json, one) => json.Whole((long)(sbyte)one[0])),
        ["INT16"] = (2, (json, one) => json.Whole((long)BinaryPrimitives.ReadInt16LittleEndian(one))),
        ["INT32"] = (4, (json, one) => json.Whole((long)BinaryPrimitives.ReadInt32LittleEndian(one))),
        ["INT64"] = (8, (json, one) => json.Whole(BinaryPrimitives.ReadInt64LittleEndian(one))),
        ["FP16"] = (2, (json, one) => json.Number(BinaryPrimitives.ReadHalfLittleEndian(one))),
        ["BF16"] = (2, (json, one) => json.Number(BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(one) << 16))),
        ["FP32"] = (4, (json, one) => json.Number(BinaryPrimitives.ReadSingleLittleEndian(one))),
        ["FP64"] = (8, (json, one) => json.Number(BinaryPrimitives.ReadDoubleLittleEndian(one))),
    };

    /// <summary>Writes values that lie one behind the other in bytes.</summary>
    /// <returns>What is wrong with them; null: nothing.</returns>
    public static string? Raw(JsonBuffer json, string type, ReadOnlySpan<byte> bytes)
    {
        if (type == "BYTES") return Texts(json, bytes);
        if (!Types.TryGetValue(type, out var known)) return $"a datatype of the protocol, not {type}";
        if (bytes.Length % known.Size != 0) return $"raw contents of {known.Size} bytes a value ({type}), not {bytes.Length} in all";
        for (int at = 0; at < bytes.Length && !json.IsFull; at += known.Size)
        {
            if (at > 0) json.Raw((byte)',');
            known.Write(json, bytes.Slice(at, known.Size));
        }

        return null;
    }

    /// <summary>Writes values that came in the list of their type.</summary>
    public static string? Typed(JsonBuffer json, InferTensorContents? contents)
    {
        if (contents is null) return null;
        Each(json, contents.BoolContents, one => json.Raw(one ? "true"u8 : "false"u8));
        Each(json, contents.IntContents, one => json.Whole((long)one));
        Each(json, contents.Int64Contents, json.Whole);
        Each(json, contents.UintContents, one => json.Whole((ulong)one));
        Each(json, contents.Uint64Contents, json.Whole);
        Each(json, contents.Fp32Contents, json.Number);
        Each(json, contents.Fp64Contents, json.Number);
        Each(json, contents.BytesContents, one => Text(json, one.Span));
        return null;
    }

    private static void Each<T>(JsonBuffer json, IReadOnlyList<T> values, Action<T> write)
    {
        for (int i = 0; i < values.Count && !json.IsFull; i++)
        {
            if (i > 0) json.Raw((byte)',');
            write(values[i]);
        }
    }

    /// <summary>Texts, each with its length in four bytes before it.</summary>
    private static string? Texts(JsonBuffer json, ReadOnlySpan<byte> bytes)
    {
        for (bool first = true; bytes.Length > 0 && !json.IsFull; first = false)
        {
            if (bytes.Length < sizeof(int) || BinaryPrimitives.ReadUInt32LittleEndian(bytes) is var length && length > bytes.Length - sizeof(int)) return "raw contents of texts (BYTES), each with its length in four bytes before it";
            if (!first) json.Raw((byte)',');
            Text(json, bytes.Slice(sizeof(int), (int)length));
            bytes = bytes[(sizeof(int) + (int)length)..];
        }

        return null;
    }

    private static void Text(JsonBuffer json, ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes)) json.Text(bytes);
        else json.Bytes(bytes);
    }
}
