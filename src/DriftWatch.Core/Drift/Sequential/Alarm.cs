using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>An episode that lasts: what was found, and what would end it.</summary>
/// <param name="Onset">Start of the first data that counts.</param>
/// <param name="Fired">End of the data that decided.</param>
/// <param name="Found">The finding, without its data.</param>
/// <param name="Contrary">The components that would say that it has turned.</param>
internal sealed record Alarm(EventTime Onset, EventTime Fired, Finding Found, IReadOnlySet<EvidenceComponent> Contrary)
{
    public TiltRecovery? Tilts { get; init; }

    public BlockMixture? Blocks { get; init; }

    /// <summary>When the series was last told that it goes on.</summary>
    public EventTime Reminded { get; init; } = Fired;

    /// <summary>Since when a fix is in use that the drift may outlast; null: there is none, or it has been told that it does.</summary>
    public EventTime? ProofFrom { get; init; }

    /// <summary>Whether the evidence is of the time after <see cref="ProofFrom"/> alone by now.</summary>
    public bool Proves { get; init; }

    /// <summary>Since when it has been getting better.</summary>
    public EventTime RecoveringSince(EventTime at, TimeSpan pane) => Blocks?.EarliestOnset ?? at - pane;

    /// <param name="state">On its way.</param>
    /// <param name="alarm">What is to be written; null when it is read.</param>
    /// <param name="evidence">That of its series.</param>
    public static Alarm Exchange(StateExchange state, Alarm? alarm, SeriesEvidence evidence)
    {
        state.Mark("alarm");
        var (onset, fired) = (state.Kept(alarm?.Onset ?? default), state.Kept(alarm?.Fired ?? default));
        var found = Finding.Exchange(state, alarm?.Found ?? default);
        List<EvidenceComponent> contrary = [.. (alarm?.Contrary ?? new HashSet<EvidenceComponent>()).OrderBy(component => (component.IsBlock, component.Index))];
        state.Exchange(contrary, static (StateExchange each, ref EvidenceComponent component) => component = EvidenceComponent.Exchange(each, component));
        var (tilts, blocks) = evidence.ExchangeRecovery(state, alarm?.Tilts, alarm?.Blocks);
        return new(onset, fired, found, new HashSet<EvidenceComponent>(contrary))
        {
            Tilts = tilts,
            Blocks = blocks,
            Reminded = state.Kept(alarm?.Reminded ?? default),
            ProofFrom = state.Version >= ChunkFormat.Answers ? state.Kept(alarm?.ProofFrom) : null,
            Proves = state.Version >= ChunkFormat.Answers && state.Kept(alarm?.Proves ?? false),
        };
    }
}
