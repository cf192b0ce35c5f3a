namespace DriftWatch.Core.Drift;

/// <summary>What the sequential detector tolerates, how often it may be wrong, and what it must not take for granted (statistics §6).</summary>
public sealed record DriftOptions
{
    /// <summary>By how much outcomes may differ from claims at any probability (ε), in probability. Where neither this nor <see cref="LogOddsTolerance"/> is set: .02 or .2 in log-odds, whichever is tighter at the claim.</summary>
    public double? Tolerance { get; init; }

    /// <summary>The same in log-odds (τ), on top of ε. Null beside an ε that is set: 0. Set alone, it stands on top of .02, or of .002 where claims are rare.</summary>
    public double? LogOddsTolerance { get; init; }

    /// <summary>Which question leads to an alarm; both are answered.</summary>
    public Question Question { get; init; } = Question.Miscalibrated;

    /// <summary>In what unit the false-alarm rate is stated.</summary>
    public Guarantee Guarantee { get; init; } = Guarantee.Time;

    /// <summary>For <see cref="Guarantee.Time"/>: a calibrated series raises at most one false alarm per so much event time, on average.</summary>
    public TimeSpan FalseAlarmEvery { get; init; } = TimeSpan.FromDays(365);

    /// <summary>For <see cref="Guarantee.Predictions"/>: at most one false alarm per so many labeled predictions, on average.</summary>
    public double FalseAlarmEveryPredictions { get; init; } = 1e8;

    /// <summary>For <see cref="Guarantee.Lifetime"/>: the probability that a calibrated series ever raises one.</summary>
    public double FalseAlarmProbability { get; init; } = 0.01;

    /// <summary>For how many series together the false-alarm rate holds.</summary>
    public AlarmGroup Group { get; init; } = AlarmGroup.Model;

    /// <summary>What is known of how outcomes depend on each other.</summary>
    public Dependence Dependence { get; init; } = Dependence.Auto;

    /// <summary>For <see cref="Dependence.Clusters"/>: the most predictions that share a cause (one user, one session, one flight wave).</summary>
    public int ClusterSize { get; init; } = 1;

    /// <summary>Length of blocks that repeat without memory. Null: a day, and neighbours may resemble each other.</summary>
    public TimeSpan? Block { get; init; }

    /// <summary>What is assumed of predictions whose label is missing at maturity.</summary>
    public MissingLabels Missing { get; init; } = MissingLabels.WorstCase;

    /// <summary>Of whom it is asked that claims are true, where labels are asked for by chance. The marginal one knows no other missing labels than <see cref="MissingLabels.WorstCase"/>.</summary>
    public NullHypothesis NullHypothesis { get; init; }

    /// <summary>Labeled predictions since the onset that an alarm needs.</summary>
    public int MinLabeled { get; init; } = 200;

    /// <summary>The stretch of event time whose predictions are judged together; a multiple of the pane. Null: see <see cref="PaneFor"/>.</summary>
    public TimeSpan? Pane { get; init; }

    /// <summary>The stretch in force: what is set, else a twenty-fourth of the time that labels are waited for, in whole panes and at most an hour.</summary>
    /// <remarks>By so much a decision can be later, which is little beside the wait; an hour costs a sixtieth of what minutes do.</remarks>
    public TimeSpan PaneFor(TimeSpan maturity, TimeSpan pane)
    {
        var wanted = Pane ?? (maturity / 24 < LongestPane ? maturity / 24 : LongestPane);
        return wanted > pane ? pane * (long)(wanted / pane) : pane;
    }

    private static readonly TimeSpan LongestPane = TimeSpan.FromHours(1);
}

public enum Guarantee : byte
{
    /// <summary>Event time between false alarms.</summary>
    Time,

    /// <summary>Labeled predictions between false alarms.</summary>
    Predictions,

    /// <summary>Probability of any false alarm, ever.</summary>
    Lifetime,
}

public enum AlarmGroup : byte
{
    /// <summary>Each series by itself.</summary>
    Series,

    /// <summary>All series of a model version: the whole traffic and its slices.</summary>
    Model,

    /// <summary>All series of the process.</summary>
    Service,
}

public enum Dependence : byte
{
    /// <summary>Unknown: shocks that all outcomes of a day share are reckoned with, by what the days before show and what is plausible until they do.</summary>
    Auto,

    /// <summary>Outcomes are independent given the claims: fastest, and wrong where they share causes.</summary>
    Independent,

    /// <summary>At most so many predictions share a cause: the guarantee is a theorem (Hölder).</summary>
    Clusters,

    /// <summary>Anything may happen inside a block: betting on block means, slow, the guarantee is a theorem.</summary>
    Blocks,
}

public enum MissingLabels : byte
{
    /// <summary>They are counted at their worst against an alarm: valid whatever is missing.</summary>
    WorstCase,

    /// <summary>They are taken to be like the others.</summary>
    Ignore,

    /// <summary>As many as were missing in the reference are taken to be missing at random given the claim, what is missing beyond that at its worst; before there is a reference, all.</summary>
    Reference,
}
