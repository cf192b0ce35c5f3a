using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>All bets on one series, those of the panes and those of the blocks: what each says, and how strong it is.</summary>
/// <param name="components">What is bet on in panes.</param>
/// <param name="tilts">Their evidence; null: panes are not bet on.</param>
/// <param name="blocks">The bets on blocks; null: there are none.</param>
internal sealed class EvidenceBets(TiltComponents components, TiltMixture? tilts, BlockMixture? blocks)
{
    /// <summary>The evidence of one.</summary>
    public double this[EvidenceComponent component] => component.IsBlock ? blocks![component.Index] : tilts![component.Index];

    public IEnumerable<EvidenceComponent> All
    {
        get
        {
            for (int j = 0; j < (tilts is null ? 0 : components.Count); j++) yield return new(false, j);
            for (int j = 0; j < (blocks?.Count ?? 0); j++) yield return new(true, j);
        }
    }

    /// <summary>The strongest component.</summary>
    /// <param name="among">Those that count; null: all.</param>
    public EvidenceComponent Strongest(Func<EvidenceComponent, bool>? among = null)
    {
        var best = new EvidenceComponent(tilts is null, 0);
        double most = -1;
        foreach (var component in All)
        {
            if (this[component] <= most || (among is not null && !among(component))) continue;
            (best, most) = (component, this[component]);
        }

        return best;
    }

    public EventTime OnsetOf(EvidenceComponent component) => component.IsBlock ? blocks!.OnsetOf(component.Index) : tilts!.OnsetOf(component.Index);

    /// <summary>Where the onset of a component lies; null where that is not known.</summary>
    public OnsetInterval? IntervalOf(EvidenceComponent component) => component.IsBlock ? blocks!.IntervalOf(component.Index) : tilts!.IntervalOf(component.Index);

    /// <summary>How outcomes are off if a component is right.</summary>
    public DriftPattern PatternOf(EvidenceComponent component, CalibrationSketch claims)
    {
        if (!component.IsBlock) return DriftPattern.Of(components, component.Index, claims);
        var (functional, up) = blocks!.Component(component.Index);
        return DriftPattern.Of(functional, up, claims);
    }

    /// <summary>The components that say the contrary of a pattern.</summary>
    public HashSet<EvidenceComponent> ContraryTo(DriftPattern pattern, CalibrationSketch claims) =>
        [.. All.Where(component => pattern.IsContraryTo(PatternOf(component, claims)))];

    /// <summary>The region that a component bets on, where it is a local one.</summary>
    public (double Low, double High)? RegionOf(EvidenceComponent component) => component.IsBlock ? null : components.Region(component.Index);

    /// <summary>T that a component bets on, where it is a slope.</summary>
    public double? TemperatureOf(EvidenceComponent component) =>
        !component.IsBlock && components.Family(component.Index) == TiltFamily.Sharp ? 1 / (1 + components.Amplitude(component.Index)) : null;
}

/// <summary>One of the bets: of the panes' mixture or of the blocks'.</summary>
internal readonly record struct EvidenceComponent(bool IsBlock, int Index)
{
    public static EvidenceComponent Exchange(StateExchange state, EvidenceComponent component) => new(state.Kept(component.IsBlock), state.Kept(component.Index));
}
