using DriftWatch.Core.Agreement;
using DriftWatch.Core.Series;

namespace DriftWatch.Web;

/// <summary>One truth, a judge that both are known of, and one that nobody has checked.</summary>
internal static class SimulatedSources
{
    public static readonly SourcesSnapshot Three = new(
        [
            new(new LabelSource("human", IsJudge: false), 1100, null),
            new(new LabelSource("judge-a", IsJudge: true), 6000, new JudgeReport(new JudgeTable(TruePositives: 90, FalsePositives: 50, FalseNegatives: 10, TrueNegatives: 850, Alone: 5000, AlonePositives: 700))),
            new(new LabelSource("judge-b", IsJudge: true), 40, new JudgeReport(new JudgeTable(0, 0, 0, 0, Alone: 40, AlonePositives: 4))),
        ],
        Unlisted: 23);
}
