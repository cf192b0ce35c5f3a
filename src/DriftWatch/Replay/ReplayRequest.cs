using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;

namespace DriftWatch.Replay;

/// <summary>What a replay is asked to do: the command line, understood.</summary>
internal sealed record ReplayRequest
{
    /// <summary>A file of predictions, or <c>-</c> for standard input.</summary>
    public string Predictions { get; init; } = "";

    /// <summary>A file of labels, or <c>-</c> for standard input.</summary>
    public string Labels { get; init; } = "";

    /// <summary>The topics that are replayed in place of files; null: files are.</summary>
    public TopicStretch? Stretch { get; init; }

    /// <summary>Models and policies from a configuration file; null: the defaults.</summary>
    public MonitorOptions? Configured { get; init; }

    /// <summary>Where the fields of predictions and labels are, and what is too large, from a configuration file.</summary>
    public FieldMapping PredictionFields { get; init; } = new();

    public FieldMapping LabelFields { get; init; } = new();

    public ReadLimits Limits { get; init; } = new();

    /// <summary>Models whose horizon the configuration states, and whether it states that of all others: what it leaves open, the slowest label says.</summary>
    public IReadOnlySet<string> ModelsWithHorizon { get; init; } = new HashSet<string>();

    public bool HasHorizon { get; init; }

    /// <summary>Widths of the tumbling windows; empty: those of the configuration, or <see cref="DefaultWindow"/>.</summary>
    public IReadOnlyList<TimeSpan> Windows { get; init; } = [];

    /// <summary>Where windows start; null: as configured, or the Unix epoch.</summary>
    public EventTime? Origin { get; init; }

    /// <summary>What numbers in the place of times count; null: milliseconds, and times before 2000, or before an <see cref="Origin"/> that is older, are refused.</summary>
    public TimestampUnit? TimestampUnit { get; init; }

    /// <summary>Longest label delay that counts; null: as configured, and where nothing is, every label that comes counts.</summary>
    public TimeSpan? Horizon { get; init; }

    /// <summary>How much earlier than its prediction a label may be; null: as configured, or not at all.</summary>
    public TimeSpan? Lead { get; init; }

    /// <summary>The model of every row; null: what the rows say, and the file's name where they say nothing.</summary>
    public string? Model { get; init; }

    /// <summary>Columns that are slices.</summary>
    public IReadOnlyList<string> Slices { get; init; } = [];

    /// <summary>Words that mean "no value" in a cell of a CSV file.</summary>
    public IReadOnlyList<string> Missing { get; init; } = MissingWords.Usual;

    /// <summary>Short names of the libraries whose numbers are printed beside DriftWatch's.</summary>
    public IReadOnlyList<string> Compare { get; init; } = [];

    /// <summary>Whether exact tests and intervals of each total are wanted.</summary>
    public bool Exact { get; init; }

    /// <summary>Whether the labeled predictions are wanted one by one.</summary>
    public bool KeepsPairs { get; init; }

    /// <summary>The rule that judges all models; null: as configured.</summary>
    public DriftRule? Rule { get; init; }

    /// <summary>What a classical rule reads; null: as configured.</summary>
    public RuleInput? Input { get; init; }

    /// <summary>Whether a thread of its own joins, ahead of what is counted: the same document either way; null: where it pays.</summary>
    public bool? JoinsAhead { get; init; }

    /// <summary>Most labeled predictions that are kept for the exact AUROC and for comparing.</summary>
    public int MaxPairs { get; init; } = Pairs.DefaultCapacity;

    /// <summary>The default width of windows: a week, the shortest stretch that holds every kind of day.</summary>
    public static readonly TimeSpan DefaultWindow = TimeSpan.FromDays(7);
}
