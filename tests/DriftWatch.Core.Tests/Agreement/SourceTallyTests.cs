using DriftWatch.Core.Checkpoints;
using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Agreement;

/// <summary>The tally is the sum of what is said in the end, whatever was said in between.</summary>
public class SourceTallyTests
{
    private static readonly LabelSource[] Sources = [new("human", false), new("audit", false), new("judge", true), new("user", true)];

    [Fact]
    public void WhatIsTakenBackLeavesNoTraceAndHalvesAddUp()
    {
        var random = new SplitMix(3);
        var (whole, first, second) = (new SourceTally(Sources), new SourceTally(Sources), new SourceTally(Sources));
        var said = new Verdicts[200];
        for (int i = 0; i < 5000; i++)
        {
            int prediction = random.Below(said.Length);
            var after = said[prediction].With(random.Below(Sources.Length + 1), random.Chance(0.4));
            whole.Move(said[prediction], after);
            (prediction % 2 == 0 ? first : second).Move(said[prediction], after);
            said[prediction] = after;
        }

        first.Add(second);
        foreach (var tally in (SourceTally[])[whole, first])
        {
            var seen = tally.Capture();
            for (int rank = 0; rank < Sources.Length; rank++) Assert.Equal(said.Count(s => s[rank] is not null), seen.Sources[rank].Labeled);
            Assert.Equal(said.Count(s => s[Sources.Length] is not null), seen.Unlisted);
            for (int judge = 2; judge < Sources.Length; judge++)
            {
                long Of(bool? truth, params bool[] judged) => said.Count(s => (s[0] ?? s[1]) == truth && s[judge] is { } j && judged.Contains(j));
                Assert.Equal(new JudgeTable(Of(true, true), Of(false, true), Of(true, false), Of(false, false), Of(null, true, false), Of(null, true)), seen.Sources[judge].Judge!.Table);
            }
        }
    }

    [Fact]
    public void ItIsTheSameAfterARestart()
    {
        var law = new StateLaw();
        var random = new SplitMix(9);
        Verdicts[] steps = [.. Enumerable.Range(0, 300).Select(_ => default(Verdicts).With(random.Below(5), random.Chance(0.5)).With(random.Below(5), random.Chance(0.5)))];
        foreach (int cut in (int[])[0, 1, 150]) law.Hold($"cut {cut}", () => new SourceTally(Sources), (tally, i) => Step(tally, steps[i]), steps.Length, cut);
        law.AssertEveryFieldMoved();

        static object? Step(SourceTally tally, Verdicts said)
        {
            tally.Move(default, said);
            return tally.Capture().Unlisted;
        }
    }
}
