using System.Diagnostics.CodeAnalysis;
using System.Diagnostics;
using System.Globalization;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.State;

/// <summary>What a state chunk holds, in the order in which chunks are read: each needs what those before it made.</summary>
internal enum ChunkKind : byte
{
    /// <summary>Routes, series by name, and all else that the reader of records makes.</summary>
    Routes,

    /// <summary>What belongs to no series.</summary>
    Monitor,

    /// <summary>Versions that are compared.</summary>
    Comparisons,

    /// <summary>Counts of one series, its total, and how far its panes have come.</summary>
    Series,

    /// <summary>The rule that watches it, and where its episode stands.</summary>
    Rule,

    /// <summary>Its early warning.</summary>
    Early,

    /// <summary>The rule that watches a model over all its versions, and where its episode stands.</summary>
    Across,

    /// <summary>One window, open or sealed.</summary>
    Window,

    /// <summary>One live pane.</summary>
    Pane,
}

/// <summary>Under which key a chunk of the monitor's state is stored: <c>routes</c>, <c>monitor</c>, <c>comparisons</c>, <c>series/7</c>, <c>series/7/rule</c>, <c>series/7/early</c>,
/// <c>across/0</c>, <c>series/7/window/3600000/1767225600000</c> (width and start in ms), <c>series/7/pane/1767225600000</c>.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Series">Index of the series; of a model that is watched over all its versions, that of its first one.</param>
/// <param name="Width">Width of the window in milliseconds; 0 if it is none.</param>
/// <param name="Start">Start of the pane or window; 0 if it is neither.</param>
internal readonly record struct ChunkKey(ChunkKind Kind, int Series = 0, long Width = 0, EventTime Start = default) : IComparable<ChunkKey>
{
    private const string Window = "window", Pane = "pane", Rule = "rule", Early = "early", OfSeries = "series", Across = "across";

    public static ChunkKey OfWindow(int series, TimeSpan width, EventTime start) => new(ChunkKind.Window, series, width.Ticks / TimeSpan.TicksPerMillisecond, start);

    public static ChunkKey OfPane(int series, EventTime start) => new(ChunkKind.Pane, series, 0, start);

    public override string ToString() => Kind switch
    {
        ChunkKind.Routes => "routes",
        ChunkKind.Monitor => "monitor",
        ChunkKind.Comparisons => "comparisons",
        ChunkKind.Series => Text($"{OfSeries}/{Series}"),
        ChunkKind.Rule => Text($"{OfSeries}/{Series}/{Rule}"),
        ChunkKind.Early => Text($"{OfSeries}/{Series}/{Early}"),
        ChunkKind.Across => Text($"{Across}/{Series}"),
        ChunkKind.Window => Text($"{OfSeries}/{Series}/{Window}/{Width}/{Start.Milliseconds}"),
        ChunkKind.Pane => Text($"{OfSeries}/{Series}/{Pane}/{Start.Milliseconds}"),
        _ => throw new UnreachableException(),
    };

    /// <summary>Reads what <see cref="ToString"/> wrote, and nothing else.</summary>
    public static bool TryParse(string text, [MaybeNullWhen(false)] out ChunkKey key)
    {
        string[] parts = text.Split('/');
        key = parts switch
        {
            ["routes"] => new(ChunkKind.Routes),
            ["monitor"] => new(ChunkKind.Monitor),
            ["comparisons"] => new(ChunkKind.Comparisons),
            [OfSeries, var series] when Index(series, out int i) => new(ChunkKind.Series, i),
            [OfSeries, var series, Rule] when Index(series, out int i) => new(ChunkKind.Rule, i),
            [OfSeries, var series, Early] when Index(series, out int i) => new(ChunkKind.Early, i),
            [Across, var model] when Index(model, out int i) => new(ChunkKind.Across, i),
            [OfSeries, var series, Window, var width, var start] when Index(series, out int i) && Time(width, out long w) && Time(start, out long s) => new(ChunkKind.Window, i, w, new(s)),
            [OfSeries, var series, Pane, var start] when Index(series, out int i) && Time(start, out long s) => new(ChunkKind.Pane, i, 0, new(s)),
            _ => new((ChunkKind)byte.MaxValue),
        };
        return key.Kind <= ChunkKind.Pane;
    }

    /// <summary>By kind, then by series, width and time.</summary>
    public int CompareTo(ChunkKey other) => (Kind, Series, Width, Start.Milliseconds).CompareTo((other.Kind, other.Series, other.Width, other.Start.Milliseconds));

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private static bool Index(string text, out int index) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index);

    private static bool Time(string text, out long milliseconds) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out milliseconds);
}
