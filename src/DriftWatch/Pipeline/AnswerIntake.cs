using DriftWatch.Pipeline.Recovery;

namespace DriftWatch.Pipeline;

/// <summary>Brings answers to the state, between two looks at the inputs.</summary>
/// <param name="state">What they change.</param>
/// <param name="topic">Their topic.</param>
/// <param name="open">Opens their topic from where it was read up to; null: nobody reads answers.</param>
internal sealed class AnswerIntake(TaskState state, string? topic, Func<IReadOnlyList<AnswerOffset>, IAnswerSource>? open) : IDisposable
{
    /// <summary>Most answers between two looks at the inputs: a topic full of old ones does not keep records waiting.</summary>
    private const int Most = 100;

    private IAnswerSource? _source;

    /// <summary>What the board is told; null: nobody reads answers.</summary>
    public AnswersSnapshot? Capture() => open is null || topic is null ? null : new(topic, state.Answers.Counts) { NotApplied = state.Answers.NotApplied };

    /// <summary>Why none are read, if so.</summary>
    public IEnumerable<string> Warnings => _source?.Trouble is { } trouble ? [trouble] : [];

    /// <summary>Takes answers that are at hand.</summary>
    /// <param name="epoch">What they are noted in.</param>
    /// <param name="room">How many dead letters and events may wait.</param>
    /// <returns>Whether there were any.</returns>
    public bool Take(Epoch epoch, int room)
    {
        // An epoch before the first partition has no header that it could belong to.
        if (open is null || state.Inputs.Partitions.Count == 0) return false;
        _source ??= open(state.Answers.Offsets);
        int taken = 0;
        while (taken < Math.Min(Most, room) && _source.Take() is { } record)
        {
            state.Take(record, epoch);
            taken++;
        }

        return taken > 0;
    }

    public void Dispose() => _source?.Dispose();
}
