using System.Text.Json.Nodes;

namespace DriftWatch.Options.Table;

/// <summary>A key with a value.</summary>
internal sealed class ValueSetting<T, TValue>(
    string name, ValueKind<TValue> kind, Func<T, TValue> get, Func<T, TValue, T> with, string meaning) : Setting<T>(name, meaning)
{
    public override string Allowed => kind.Allowed;

    public override T Read(T target, ConfigNode node, string path, FaultList faults) =>
        kind.TryRead(node, path, faults, out var value) ? with(target, value) : target;

    public override void Show(T target, ConfigNode? node, EffectiveView view)
    {
        if (node?.Reference is { } reference) view.Value(Name, reference, node.Place, verbatim: false);
        else view.Value(Name, kind.Format(get(target)), node?.Place, kind.Verbatim);
    }

    public override IEnumerable<SettingRow> Rows(T defaults, string path) => [new(this, Members.Join(path, Name), kind.Format(get(defaults)))];

    public override JsonObject Schema()
    {
        var schema = kind.Schema();
        schema["description"] = Meaning;
        return schema;
    }
}
