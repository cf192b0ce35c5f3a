using DriftWatch.Core.Drift;
using DriftWatch.Core.State;

namespace DriftWatch.Pipeline;

/// <summary>A record of the topic of answers as the journal keeps it: what it says, or why it says nothing.</summary>
/// <param name="Topic">Whence.</param>
/// <param name="Partition">Whence.</param>
/// <param name="Offset">Whence.</param>
/// <param name="Answer">What it says; null: it could not be read.</param>
/// <param name="Result">What became of it.</param>
internal sealed record AnswerTaken(string Topic, int Partition, long Offset, RecalibrationAnswer? Answer, AnswerResult Result) : IKeepsState
{
    void IKeepsState.Exchange(StateExchange state) => Exchange(state, this);

    public static AnswerTaken Read(byte[] bytes)
    {
        var state = StateExchange.Reading(bytes);
        var read = Exchange(state, null);
        state.AssertEnd();
        return read;
    }

    private static AnswerTaken Exchange(StateExchange state, AnswerTaken? taken)
    {
        var (topic, partition, offset, answer, result) = taken ?? new("", 0, 0, null, default);
        state.ExchangeText(ref topic);
        state.Exchange(ref partition);
        state.Exchange(ref offset);
        bool readable = answer is not null;
        state.Exchange(ref readable);
        if (readable) answer = RecalibrationAnswer.Exchange(state, answer);
        state.Exchange(ref result);
        return new(topic, partition, offset, answer, result);
    }
}
