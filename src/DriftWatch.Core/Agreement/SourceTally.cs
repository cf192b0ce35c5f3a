using DriftWatch.Core.Series;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Agreement;

/// <summary>How many predictions of one model version each source has labeled, and how its judges fare against trusted sources.</summary>
/// <remarks>
/// Law: it is the sum over predictions of what their <see cref="Verdicts"/> come to, so that neither the order of arrival nor a correction leaves a trace. The truth of a prediction is what the most trusted of the trusted sources says that has labeled it.
/// What a label changes of a prediction that has left the join is not seen, nor what an evicted label had said.
/// </remarks>
public sealed class SourceTally(IReadOnlyList<LabelSource> sources) : IKeepsState
{
    private readonly int _trusted = sources.Count(source => !source.IsJudge);
    private readonly long[] _labeled = new long[sources.Count + 1];
    private readonly JudgeTable[] _judges = new JudgeTable[sources.Count(source => source.IsJudge)];

    /// <summary>Takes what is said of a prediction in place of what was said of it.</summary>
    public void Move(Verdicts before, Verdicts after)
    {
        Add(before, -1);
        Add(after, 1);
    }

    /// <summary>Adds what another one of the same sources has counted.</summary>
    public void Add(SourceTally other)
    {
        for (int rank = 0; rank < _labeled.Length; rank++) _labeled[rank] += other._labeled[rank];
        for (int judge = 0; judge < _judges.Length; judge++) _judges[judge] += other._judges[judge];
    }

    private void Add(Verdicts said, int by)
    {
        if (said.IsEmpty) return;
        bool? truth = said.First(_trusted);
        for (int rank = 0; rank < _labeled.Length; rank++)
        {
            if (said[rank] is not { } outcome) continue;
            _labeled[rank] += by;
            if (rank >= _trusted && rank < sources.Count) _judges[rank - _trusted] = _judges[rank - _trusted].Add(outcome, truth, by);
        }
    }

    public void Exchange(StateExchange state)
    {
        state.Mark("sources");
        state.Exchange(_labeled);
        foreach (ref var judge in _judges.AsSpan()) judge = JudgeTable.Exchange(state, judge);
    }

    public SourcesSnapshot Capture() => new(
        [.. sources.Select((source, rank) => new SourceSnapshot(source, _labeled[rank], source.IsJudge ? new JudgeReport(_judges[rank - _trusted]) : null))],
        _labeled[sources.Count]);
}

/// <summary>What sources said of one model version's predictions, since the start.</summary>
/// <param name="Sources">Those of the model's list, in its order.</param>
/// <param name="Unlisted">Predictions with a label that names no source, or none of the list.</param>
public sealed record SourcesSnapshot(IReadOnlyList<SourceSnapshot> Sources, long Unlisted);

/// <summary>One source.</summary>
/// <param name="Source">Which.</param>
/// <param name="Labeled">Predictions that it labeled.</param>
/// <param name="Judge">How it fares against trusted sources; null: it is one.</param>
public sealed record SourceSnapshot(LabelSource Source, long Labeled, JudgeReport? Judge);
