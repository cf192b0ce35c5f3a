using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Evaluation.Bench;

/// <summary>S10: outcomes share hourly shocks on the log-odds, AR(1) with .85; 700 predictions an hour, 90 stable days, then a lasting shift.</summary>
internal static class ShockBench
{
    public const int StableDays = 90;
    private const int MoreDays = 45;
    private const int PerHour = 700;
    private const double Memory = 0.85;
    private const double Shift = 0.5;

    public static readonly string[] Rules = ["e-SR, dependence auto", "e-SR, independent", "ADWIN residual"];

    /// <summary>Days from the start to the first alarm of each rule; null: none. Rules but the first are followed for the stable days only.</summary>
    public static double?[] Play(double deviation, int stableDays, ulong seed)
    {
        var random = new BenchRandom(seed);
        var hour = TimeSpan.FromHours(1);
        var auto = new EsrDetector(new DriftOptions { Tolerance = 0.02, LogOddsTolerance = 0 }, hour, TimeSpan.Zero, grid: Grid.Default);
        var independent = new EsrDetector(new DriftOptions { Tolerance = 0.02, LogOddsTolerance = 0, Dependence = Dependence.Independent }, hour, TimeSpan.Zero, grid: Grid.Default);
        var adwin = new Adwin(new());
        double?[] fired = [null, null, null];
        var pane = new CalibrationSketch(Grid.Default);
        List<Finding> findings = [];
        double shock = deviation * random.Normal();
        for (int i = 0; i < (stableDays + MoreDays) * 24 && fired[0] is null; i++)
        {
            bool stable = i < stableDays * 24;
            double off = shock + (stable ? 0 : Shift), day = (i + 1) / 24.0;
            for (int n = 0; n < PerHour; n++)
            {
                double z = ScoreLaw.D1.Draw(random), p = Truth.Sigma(z);
                bool y = random.Chance(Truth.Sigma(z + off));
                pane.AddPrediction(p);
                pane.AddOutcome(p, y);
                if (stable && fired[2] is null && adwin.Update(RuleInput.Residual.Value(View.Binary, p, y)) == RuleSignal.Change) fired[2] = day;
            }

            var start = EventTime.Earliest + (i * hour);
            if (Fires(auto)) fired[0] = day;
            if (stable && fired[1] is null && Fires(independent)) fired[1] = day;
            pane.Clear();
            shock = (Memory * shock) + (Math.Sqrt(1 - (Memory * Memory)) * deviation * random.Normal());

            bool Fires(EsrDetector detector)
            {
                findings.Clear();
                detector.Observe(start, pane, findings);
                detector.AdvanceTo(start + hour, findings);
                return findings.Exists(finding => finding.Kind == FindingKind.Drift);
            }
        }

        return fired;
    }

    public static IEnumerable<ShockResult> Sum(double deviation, int stableDays, IReadOnlyList<double?[]> streams) => Rules.Select((rule, i) => new ShockResult(
        deviation,
        rule,
        streams.Count,
        streams.Count(fired => fired[i] <= stableDays),
        i == 0 ? CellResult.Quantile([.. streams.Where(fired => !(fired[0] <= stableDays)).Select(fired => fired[0] - stableDays ?? double.PositiveInfinity).Order()], 0.5) : null));
}
