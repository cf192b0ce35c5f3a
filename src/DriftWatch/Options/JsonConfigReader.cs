using System.Text;
using System.Text.Json;

namespace DriftWatch.Options;

/// <summary>Reads JSON (comments and trailing commas allowed) into nodes that know their place.</summary>
internal ref struct JsonConfigReader
{
    private readonly string _source;
    private readonly FaultList _faults;
    private readonly List<int> _lineStarts;
    private readonly ReadOnlySpan<byte> _bytes;
    private Utf8JsonReader _reader;

    private JsonConfigReader(string source, ReadOnlySpan<byte> bytes, FaultList faults)
    {
        _source = source;
        _faults = faults;
        _bytes = bytes;
        _lineStarts = LineStarts(bytes);
        _reader = new(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = YamlConfigReader.MaxDepth });
    }

    public static ConfigNode? Read(string source, string text, FaultList faults)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            var reader = new JsonConfigReader(source, bytes, faults);
            reader._reader.Read();
            var root = reader.ReadNode();
            reader._reader.Read(); // anything after the document throws
            return root;
        }
        catch (JsonException broken)
        {
            string reason = broken.Message.Split(" LineNumber:")[0].TrimEnd('.');
            faults.Add(new(source, (int)(broken.LineNumber ?? 0) + 1, (int)(broken.BytePositionInLine ?? 0) + 1), "", $"not JSON: {reason}");
            return null;
        }
    }

    private ConfigNode ReadNode()
    {
        var place = Here();
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var mapping = ConfigNode.Mapping(place);
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject) ReadMember(mapping);
                return mapping;
            case JsonTokenType.StartArray:
                var list = ConfigNode.Sequence(place);
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray) list.Items.Add(ReadNode());
                return list;
            case JsonTokenType.Null:
                return ConfigNode.Scalar(null, place);
            case JsonTokenType.String:
                return ConfigNode.Scalar(_reader.GetString(), place);
            default:
                return ConfigNode.Scalar(Encoding.UTF8.GetString(_reader.ValueSpan), place);
        }
    }

    private void ReadMember(ConfigNode mapping)
    {
        var place = Here();
        string key = _reader.GetString()!;
        _reader.Read();
        var value = ReadNode();
        if (mapping.Members.Find(m => m.Key == key) is { } first) _faults.Add(place, key, $"stands twice; first at {first.Place}");
        else mapping.Members.Add(new(key, place, value));
    }

    private readonly Place Here()
    {
        int offset = (int)_reader.TokenStartIndex;
        int line = _lineStarts.BinarySearch(offset);
        if (line < 0) line = ~line - 1;
        return new(_source, line + 1, Encoding.UTF8.GetCharCount(_bytes[_lineStarts[line]..offset]) + 1);
    }

    private static List<int> LineStarts(ReadOnlySpan<byte> bytes)
    {
        List<int> starts = [0];
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '\n') starts.Add(i + 1);
        }

        return starts;
    }
}
