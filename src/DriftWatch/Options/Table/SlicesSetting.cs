using System.Text.Json.Nodes;
using DriftWatch.Core.Input;

namespace DriftWatch.Options.Table;

/// <summary>Where the slices of a prediction are: one object of all of them, or a place for each.</summary>
internal sealed class SlicesSetting(string meaning) : Setting<FieldMapping>("slices", meaning)
{
    public override string Allowed => $"{Kinds.ValuePlace.Allowed}; or a mapping from at most {FieldMapping.MostSlicePlaces} dimensions to the place of each, as of any field";

    public override FieldMapping Read(FieldMapping target, ConfigNode node, string path, FaultList faults)
    {
        if (node.Kind != NodeKind.Mapping)
            return Kinds.ValuePlace.TryRead(node, path, faults, out string place) ? target.With(FieldName.Slices, place) with { SlicePlaces = [] } : target;
        if (node.Members.Count > FieldMapping.MostSlicePlaces) faults.Add(node.Place, path, $"found {node.Members.Count} dimensions; expected at most {FieldMapping.MostSlicePlaces}, or one object that holds them all");
        List<SlicePlace> places = [];
        foreach (var member in node.Members)
        {
            if (Kinds.FieldPlace.TryRead(member.Value, Members.Join(path, member.Key), faults, out string place)) places.Add(new SlicePlace(member.Key, place));
        }

        return target.With(FieldName.Slices, "") with { SlicePlaces = places };
    }

    public override void Show(FieldMapping target, ConfigNode? node, EffectiveView view)
    {
        if (target.SlicePlaces.Count == 0)
        {
            view.Value(Name, target[FieldName.Slices], node?.Place, verbatim: false);
            return;
        }

        view.Open(Name);
        foreach (var (dimension, place) in target.SlicePlaces) view.Value(dimension, place, node?[dimension]?.Place ?? node?.Place, verbatim: false);
        view.Close();
    }

    public override IEnumerable<SettingRow> Rows(FieldMapping defaults, string path) => [new(this, Members.Join(path, Name), TextOf(defaults))];

    public override JsonObject Schema() => new()
    {
        ["anyOf"] = new JsonArray(Kinds.ValuePlace.Schema(), new JsonObject { ["type"] = "object", ["maxProperties"] = FieldMapping.MostSlicePlaces, ["additionalProperties"] = Kinds.FieldPlace.Schema() }),
        ["description"] = Meaning,
    };

    private static string TextOf(FieldMapping mapping) =>
        mapping.SlicePlaces.Count == 0 ? mapping[FieldName.Slices] : string.Join(", ", mapping.SlicePlaces.Select(one => $"{one.Dimension}: {one.Place}"));
}
