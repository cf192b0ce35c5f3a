using System.Text.Json.Nodes;

namespace DriftWatch.Options.Table;

/// <summary>A kind of value: how it is read, written, and described.</summary>
internal abstract class ValueKind<TValue>
{
    /// <summary>What may be written, in words.</summary>
    public abstract string Allowed { get; }

    /// <summary>Whether <see cref="Format"/> gives YAML that needs no quotes.</summary>
    public virtual bool Verbatim => false;

    public abstract bool TryRead(ConfigNode node, string path, FaultList faults, out TValue value);

    /// <summary>The value in the words of the file; empty for none.</summary>
    public abstract string Format(TValue value);

    public abstract JsonObject Schema();
}

/// <summary>A kind that is one word or number.</summary>
/// <param name="allowed">What may be written.</param>
/// <param name="parse">Reads it; null if it cannot be.</param>
/// <param name="format">Writes it.</param>
/// <param name="schema">Its JSON Schema.</param>
/// <param name="verbatim">Whether what is written needs no quotes in YAML.</param>
internal sealed class ScalarKind<TValue>(string allowed, ScalarKind<TValue>.Parser parse, Func<TValue, string> format, Func<JsonObject> schema, bool verbatim = false) : ValueKind<TValue>
{
    public delegate bool Parser(string text, out TValue value, ref string expected);

    public override string Allowed => allowed;

    public override bool Verbatim => verbatim;

    public override bool TryRead(ConfigNode node, string path, FaultList faults, out TValue value)
    {
        string expected = allowed;
        if (node is { Kind: NodeKind.Scalar, Text: { } text } && parse(text, out value, ref expected)) return true;
        faults.Add(node.Place, path, $"found {node.Describe()}; expected {expected}");
        value = default!;
        return false;
    }

    public override string Format(TValue value) => format(value);

    public override JsonObject Schema() => schema();
}

/// <summary>A kind that may be left empty: null.</summary>
internal sealed class OptionalKind<TValue, TInner>(ValueKind<TInner> inner, TValue none, Func<TInner, TValue> wrap, Func<TValue, (bool Has, TInner Value)> unwrap) : ValueKind<TValue>
{
    public override string Allowed => inner.Allowed + ", or null";

    public override bool Verbatim => inner.Verbatim;

    public override bool TryRead(ConfigNode node, string path, FaultList faults, out TValue value)
    {
        value = none;
        if (node.IsNull) return true;
        if (!inner.TryRead(node, path, faults, out var some)) return false;
        value = wrap(some);
        return true;
    }

    public override string Format(TValue value) => unwrap(value) is (true, var some) ? inner.Format(some) : "";

    public override JsonObject Schema() => new() { ["anyOf"] = new JsonArray(inner.Schema(), new JsonObject { ["type"] = "null" }) };
}

/// <summary>A list, or its items with commas in one text (the way of variables and flags).</summary>
internal sealed class ListKind<TItem>(ValueKind<TItem> item, string items, int least, int most) : ValueKind<IReadOnlyList<TItem>>
{
    public override string Allowed => $"a list of {least} to {most} {items}, each {item.Allowed}";

    public override bool Verbatim => true;

    public override bool TryRead(ConfigNode node, string path, FaultList faults, out IReadOnlyList<TItem> value)
    {
        value = [];
        IEnumerable<ConfigNode>? nodes = node switch
        {
            { Kind: NodeKind.Sequence } => node.Items,
            { Kind: NodeKind.Scalar, Text: { } text } => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(t => ConfigNode.Scalar(t, node.Place)),
            _ => null,
        };
        if (nodes is null)
        {
            faults.Add(node.Place, path, $"found {node.Describe()}; expected {Allowed}");
            return false;
        }

        List<TItem> read = [];
        bool good = true;
        foreach (var (index, each) in nodes.Index())
        {
            if (!item.TryRead(each, $"{path}[{index}]", faults, out var one)) good = false;
            else if (read.Contains(one)) faults.Add(each.Place, $"{path}[{index}]", $"{each.Describe()} stands twice in the list");
            else read.Add(one);
        }

        if (good && (read.Count < least || read.Count > most))
        {
            faults.Add(node.Place, path, $"found {read.Count} {items}; expected {least} to {most}");
            return false;
        }

        value = read;
        return good;
    }

    public override string Format(IReadOnlyList<TItem> value) =>
        $"[{string.Join(", ", value.Select(v => item.Verbatim ? item.Format(v) : EffectiveView.QuotedItem(item.Format(v))))}]";

    public override JsonObject Schema() => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = "array", ["items"] = item.Schema(), ["minItems"] = least, ["maxItems"] = most, ["uniqueItems"] = true },
            new JsonObject { ["type"] = "string" }),
    };
}
