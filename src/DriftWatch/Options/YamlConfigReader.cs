using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace DriftWatch.Options;

/// <summary>Reads YAML, and so JSON, into nodes that know their place.</summary>
/// <remarks>Anchors, aliases and merge keys (<c>&lt;&lt;</c>) work; an alias shares its node, so no document can blow up in memory.</remarks>
internal sealed class YamlConfigReader(string source, string text, FaultList faults)
{
    /// <summary>Deepest nesting; the configuration itself needs five.</summary>
    public const int MaxDepth = 32;

    private readonly Parser _parser = new(new Scanner(new StringReader(text), skipComments: true));
    private readonly Dictionary<AnchorName, ConfigNode> _anchors = [];

    public static ConfigNode? Read(string source, string text, FaultList faults) => new YamlConfigReader(source, text, faults).ReadDocument();

    private ConfigNode? ReadDocument()
    {
        try
        {
            _parser.Consume<StreamStart>();
            if (_parser.TryConsume<StreamEnd>(out _)) return null;
            _parser.Consume<DocumentStart>();
            var root = ReadNode(0);
            _parser.Consume<DocumentEnd>();
            if (!_parser.Accept<StreamEnd>(out _))
            {
                faults.Add(At(_parser.Current!.Start), "", "a second document begins here; the configuration is one document");
            }

            return root;
        }
        catch (YamlException broken)
        {
            faults.Add(At(broken.Start), "", $"not YAML: {Lowered(broken.InnerException?.Message ?? broken.Message)}");
            return null;
        }
    }

    private ConfigNode ReadNode(int depth)
    {
        if (depth > MaxDepth) throw new YamlException(_parser.Current!.Start, _parser.Current.End, $"nested deeper than {MaxDepth}");
        switch (_parser.Current)
        {
            case AnchorAlias alias:
                _parser.MoveNext();
                return _anchors.TryGetValue(alias.Value, out var known)
                    ? known
                    : throw new YamlException(alias.Start, alias.End, $"no anchor &{alias.Value} before this alias");
            case Scalar scalar:
                _parser.MoveNext();
                return Remember(scalar, ConfigNode.Scalar(IsNull(scalar) ? null : scalar.Value, At(scalar.Start)));
            case SequenceStart start:
                _parser.MoveNext();
                var list = ConfigNode.Sequence(At(start.Start));
                while (!_parser.TryConsume<SequenceEnd>(out _)) list.Items.Add(ReadNode(depth + 1));
                return Remember(start, list);
            case MappingStart start:
                _parser.MoveNext();
                return Remember(start, ReadMembers(ConfigNode.Mapping(At(start.Start)), depth));
            default:
                throw new YamlException(_parser.Current!.Start, _parser.Current.End, "a value was expected");
        }
    }

    private ConfigNode ReadMembers(ConfigNode mapping, int depth)
    {
        List<ConfigNode> merged = [];
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var start = _parser.Current!.Start;
            if (!_parser.TryConsume<Scalar>(out var key)) throw new YamlException(start, _parser.Current.End, "a key is a word, not a mapping or a list");
            var value = ReadNode(depth + 1);
            if (key.Value == "<<" && key.Style == ScalarStyle.Plain)
            {
                merged.AddRange(value.Kind == NodeKind.Sequence ? value.Items : [value]);
            }
            else if (mapping.Members.Find(m => m.Key == key.Value) is { } first)
            {
                faults.Add(At(start), key.Value, $"stands twice; first at {first.Place}");
            }
            else
            {
                mapping.Members.Add(new(key.Value, At(start), value));
            }
        }

        // Own keys win over merged ones, earlier merged ones over later: as in YAML's merge type.
        foreach (var member in merged.SelectMany(m => m.Members))
        {
            if (mapping[member.Key] is null) mapping.Members.Add(member);
        }

        return mapping;
    }

    private ConfigNode Remember(NodeEvent node, ConfigNode value)
    {
        if (!node.Anchor.IsEmpty) _anchors[node.Anchor] = value;
        return value;
    }

    private static bool IsNull(Scalar scalar) => scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" or "Null" or "NULL";

    private Place At(in Mark mark) => new(source, (int)mark.Line, (int)mark.Column);

    private static string Lowered(string sentence) => sentence.Length == 0 ? "" : char.ToLowerInvariant(sentence[0]) + sentence[1..].TrimEnd('.');
}
