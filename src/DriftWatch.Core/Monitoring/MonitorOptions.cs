using DriftWatch.Core.Calibration;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.Monitoring;

/// <summary>What a <see cref="CalibrationMonitor"/> watches, and the bounds it keeps to.</summary>
public sealed record MonitorOptions
{
    /// <summary>Models with a policy of their own, by name.</summary>
    public IReadOnlyDictionary<string, ModelOptions> Models { get; init; } = new Dictionary<string, ModelOptions>();

    /// <summary>The policy of all others.</summary>
    public ModelOptions Default { get; init; } = new();

    /// <summary>Whether records of models that <see cref="Models"/> does not name are rejected.</summary>
    public bool OnlyNamedModels { get; init; }

    /// <summary>What makes two predictions one, and whether labels address models.</summary>
    public PredictionIdentity Identity { get; init; }

    /// <summary>The smallest stretch of event time that is kept and judged.</summary>
    public TimeSpan Pane { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Widths of the tumbling windows that are shown; each a multiple of <see cref="Pane"/>.</summary>
    public IReadOnlyList<TimeSpan> Windows { get; init; } = [TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromDays(1)];

    /// <summary>A moment at which panes and windows start.</summary>
    public EventTime Origin { get; init; }

    /// <summary>Who decides: the CloudEvents <c>source</c>, and a part of every request's id. A URI reference.</summary>
    public string Source { get; init; } = "/driftwatch";

    /// <summary>How many sealed windows of each width are kept per series.</summary>
    public int WindowHistory { get; init; } = 168;

    /// <summary>Most panes held per series: what the retention needs and what records ahead of time make. Past it, records for new panes are refused and counted.</summary>
    public int MaxPanes { get; init; } = 50_000;

    /// <summary>By how much records of one source may be out of order (G).</summary>
    public TimeSpan OutOfOrderness { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Most predictions and labels in the join table; past it the oldest are evicted and counted.</summary>
    public int MaxPending { get; init; } = 5_000_000;

    /// <summary>Most memory for probability vectors that wait for their labels (<see cref="ExtraView.ClassWise"/>), in bytes; past it they are not counted by class.</summary>
    public long MaxVectorBytes { get; init; } = 256L << 20;

    public int MaxModels { get; init; } = 100;

    /// <summary>Versions of one model with series of their own; more fold into "__other__".</summary>
    public int MaxVersions { get; init; } = 20;

    /// <summary>Slice values of one model version with series of their own; more fold into <see cref="Series.Slice.Other"/>.</summary>
    public int MaxSlices { get; init; } = 20;

    /// <summary>Distinct combinations of model, version, slices and predicted class (at most 2^19).</summary>
    public int MaxRoutes { get; init; } = 200_000;

    /// <summary>Equal-width bins of the exported counters: a divisor of 60, at most 20.</summary>
    public int ExportedBins { get; init; } = 10;

    /// <summary>Confidences from which on claims are held against outcomes: inside (0, 1). Each becomes an edge of <see cref="Grid"/>.</summary>
    /// <exception cref="ArgumentException">See <see cref="Grid.WithThresholds"/>.</exception>
    public IReadOnlyList<double> Thresholds
    {
        get;
        init
        {
            field = value;
            Grid = Grid.H188.WithThresholds(value);
        }
    } = Grid.Default.Thresholds;

    /// <summary>How every sketch of this monitor cuts confidences: H188 and the thresholds.</summary>
    public Grid Grid { get; private init; } = Grid.Default;

    /// <summary>The section of the configuration that a model goes by.</summary>
    public string SectionOf(string model) => Models.ContainsKey(model) ? $"models.{model}" : "defaults";

    public ModelOptions For(string model) => Models.GetValueOrDefault(model, Default);

    /// <summary>What the reader of records goes by.</summary>
    public SeriesOptions Routing => new()
    {
        Models = Models.ToDictionary(model => model.Key, model => model.Value.Routing),
        Default = Default.Routing,
        OnlyNamedModels = OnlyNamedModels,
        Identity = Identity,
        MaxModels = MaxModels,
        MaxVersions = MaxVersions,
        MaxSlices = MaxSlices,
        MaxRoutes = MaxRoutes,
        MaxVectorBytes = MaxVectorBytes,
        StoredUnder = StateFingerprint.OfRoutes(this),
    };

    /// <summary>What the join goes by.</summary>
    public JoinOptions Joining => new(Routing, OutOfOrderness, MaxPending, Pane, Origin);

    /// <summary>How the event time of a model is cut.</summary>
    public WindowOptions WindowsOf(string model) => new()
    {
        Pane = Pane,
        Origin = Origin,
        Maturity = For(model).MaturityAge(OutOfOrderness),
        Retention = For(model).Join.Retention(OutOfOrderness),
        Windows = Windows,
        WindowHistory = WindowHistory,
        MaxPanes = MaxPanes,
        ExportedBins = ExportedBins,
        Grid = Grid,
    };

    /// <summary>What the early warning of a model goes by.</summary>
    internal EarlyWarningTerms EarlyWarningOf(string model) =>
        new(For(model).EarlyWarning, For(model).Watch, WindowsOf(model), For(model).Join.OnExpiry == ExpiryRule.Drop);
}
