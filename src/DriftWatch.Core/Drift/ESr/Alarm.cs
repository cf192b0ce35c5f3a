using DriftWatch.Calibration;

namespace DriftWatch.Drift;

/// <summary>An episode that lasts: what was found, and what would end it.</summary>
/// <param name="Onset">Start of the first data that counts.</param>
/// <param name="Fired">End of the data that decided.</param>
/// <param name="Pattern">How outcomes are off.</param>
/// <param name="Found">The finding, without its data.</param>
/// <param name="Contrary">The components that would say that it has turned.</param>
internal sealed record Alarm(EventTime Onset, EventTime Fired, DriftPattern Pattern, Finding Found, IReadOnlySet<EvidenceComponent> Contrary)
{
    public TiltRecovery? Tilts { get; init; }

    public BlockMixture? Blocks { get; init; }

    /// <summary>When the series was last told that it goes on.</summary>
    public EventTime Reminded { get; init; } = Fired;

    /// <summary>Since when it has been getting better.</summary>
    public EventTime RecoveringSince(EventTime at, TimeSpan pane) => Blocks?.EarliestOnset ?? at - pane;
}
