using DriftWatch.Core.Drift;

namespace DriftWatch.Evaluation.Bench;

/// <summary>Everything a run measured. What was not asked for is empty or null.</summary>
internal sealed class BenchResult(BenchRequest request)
{
    public BenchRequest Request => request;

    public List<CellResult> Cells { get; } = [];

    /// <summary>Calibrated streams that thresholds are set by, one cell a law; the rate is measured on those of S0.</summary>
    public List<CellResult> Calibration { get; } = [];

    /// <summary>Of each drift and family of peers, the setting that was fastest on streams of its own.</summary>
    public Dictionary<(string Stream, string Family), Peer> Chosen { get; } = [];

    /// <summary>The default product on records of the same drifts.</summary>
    public Dictionary<string, ProductResult> ProductDelays { get; } = [];

    /// <summary>Alarms of the classical rules as they are, per million calibrated predictions, by law.</summary>
    public Dictionary<(string Law, string Rule), double> AlarmsPerMillion { get; } = [];

    public List<DirectionResult> Directions { get; } = [];

    public List<RecurringResult> Recurring { get; } = [];

    /// <summary>S9: streams that were wrong from the start and whose relative evidence fired, of how many.</summary>
    public (int Fired, int Streams)? RelativeFromStart { get; set; }

    public List<ShockResult> Shocks { get; } = [];

    public List<LateLabelResult> LateLabels { get; } = [];

    public FleetResult? Fleet { get; set; }

    public List<FlightsResult> Flights { get; } = [];

    public List<CostResult> Costs { get; } = [];

    public List<ProductResult> Product { get; } = [];

    public ExactnessResult? Exactness { get; set; }

    public TimeSpan Elapsed { get; set; }

    public CellResult? Find(string key) => Cells.Find(cell => cell.Scenario.Key == key);

    public CellResult? Stable(ScoreLaw law) => Cells.Find(cell => cell.Scenario.Id == "S0" && cell.Scenario.Law == law);

    /// <summary>The least threshold at which at most one of twenty calibrated streams alarms, of those that thresholds are set by; null where none of those looked at is enough.</summary>
    public int? TunedLevel(ScoreLaw law, RuleSpec rule)
    {
        if (Calibration.Find(cell => cell.Scenario.Law == law) is not { } calibrated || calibrated.IndexOf(rule) < 0) return null;
        int allowed = (int)(0.05 * calibrated.Streams);
        for (int level = 0; level < rule.Levels.Length; level++)
        {
            if (calibrated.Fired(rule, level) <= allowed) return level;
        }

        return null;
    }

    /// <summary>How many other calibrated streams alarm at that threshold.</summary>
    public (int Fired, int Streams)? Achieved(ScoreLaw law, RuleSpec rule) =>
        TunedLevel(law, rule) is { } level && Stable(law) is { } stable && stable.IndexOf(rule) >= 0 ? (stable.Fired(rule, level), stable.Streams) : null;
}

/// <summary>What the product's detector said of a drift: how often the direction was right, and how far off the onset.</summary>
internal sealed record DirectionResult(string Cell, int Streams, int Fired, int Right, double? MedianOnsetError, IReadOnlyDictionary<Direction, int> Said);

/// <summary>S5: alarms per episode of a drift that comes and goes.</summary>
internal sealed record RecurringResult(string Rule, double AlarmsPerEpisode);

/// <summary>S10: outcomes that share hourly shocks.</summary>
internal sealed record ShockResult(double Deviation, string Rule, int Streams, int FiredStable, double? MedianDelayDays);

/// <summary>S11: labels that go missing or come late.</summary>
internal sealed record LateLabelResult(string Mechanism, string Rule, int Streams, int Fired);

/// <summary>S12: a fleet of slices and the e-BH report.</summary>
internal sealed record FleetResult(int Repetitions, int Series, int Drifting, double FalseDiscoveryRate, double Power);

/// <summary>S13: episodes on real flights and on their calibrated twin.</summary>
internal sealed record FlightsResult(string Rule, int Episodes, int OnTwin);

/// <summary>What a rule costs on this machine.</summary>
internal sealed record CostResult(string Rule, double NanosecondsPerPrediction, double? MicrosecondsPerClose, long Bytes);

/// <summary>What must hold to the bit or to 1e-12.</summary>
internal sealed record ExactnessResult(bool OrderFree, double WorstEceError);
