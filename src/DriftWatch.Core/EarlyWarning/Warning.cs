using DriftWatch.Core.EarlyWarning.Statistics;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;
using System.Diagnostics;

namespace DriftWatch.Core.EarlyWarning;

/// <summary>What an early warning is about.</summary>
public enum WarningKind : byte
{
    /// <summary>The confidences have moved.</summary>
    Predictions,

    /// <summary>Accuracy must be falling, if the calibration of the reference holds.</summary>
    ExpectedAccuracy,

    /// <summary>Accuracy has fallen, by labels.</summary>
    Accuracy,

    /// <summary>Far more or fewer predictions than at this hour of the week.</summary>
    Volume,

    /// <summary>Fewer predictions get their label.</summary>
    Completeness,

    /// <summary>Labels take another time to come.</summary>
    LabelDelay,

    /// <summary>Early labels and late ones tell different stories.</summary>
    LabelSelection,

    /// <summary>Prediction sets cover less than promised.</summary>
    Coverage,

    /// <summary>Answers take another time.</summary>
    Latency,
}

public static class WarningKinds
{
    public static readonly IReadOnlyList<WarningKind> All = Enum.GetValues<WarningKind>();

    /// <summary>The name used in JSON and as a tag.</summary>
    public static string Name(this WarningKind kind) => kind switch
    {
        WarningKind.Predictions => "predictions",
        WarningKind.ExpectedAccuracy => "expected_accuracy",
        WarningKind.Accuracy => "accuracy",
        WarningKind.Volume => "volume",
        WarningKind.Completeness => "completeness",
        WarningKind.LabelDelay => "label_delay",
        WarningKind.LabelSelection => "label_selection",
        WarningKind.Coverage => "coverage",
        WarningKind.Latency => "latency",
        _ => throw new UnreachableException(),
    };
}

/// <summary>Something to look at. It asks for nothing.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Sentence">In words, with the numbers of the newest window that was judged.</param>
/// <param name="Since">Start of the first window of the run.</param>
/// <param name="Effect">How large: the number that its threshold is compared with.</param>
/// <param name="Z">In standard deviations from chance.</param>
public sealed record Warning(WarningKind Kind, string Sentence, EventTime Since, double Effect, double Z)
{
    internal static Warning Exchange(StateExchange state, Warning? one) =>
        new(state.Kept(one?.Kind ?? default), state.KeptText(one?.Sentence), state.Kept(one?.Since ?? default), state.Kept(one?.Effect ?? 0), state.Kept(one?.Z ?? 0));
}

/// <summary>Begins a warning after so many windows in a row that speak for it, and ends it after as many that do not.</summary>
internal sealed class WarningRun(WarningKind kind, int windows) : IKeepsState
{
    private int _run; // windows in a row that say the opposite of what holds
    private EventTime _since;

    public Warning? Current { get; private set; }

    /// <summary>Takes the verdict on the next window. Windows that cannot be judged are left out.</summary>
    /// <param name="start">Where the window starts.</param>
    /// <param name="sentence">What speaks for a warning; null if nothing does.</param>
    /// <param name="effect">How large.</param>
    /// <param name="z">How sure.</param>
    public void Judge(EventTime start, string? sentence, double effect, double z)
    {
        bool against = sentence is not null;
        if (against == Current is not null)
        {
            _run = 0;
            if (against) Current = Current! with { Sentence = sentence!, Effect = effect, Z = z };
            return;
        }

        if (_run++ == 0) _since = start;
        if (_run < windows) return;
        _run = 0;
        Current = against ? new Warning(kind, sentence!, _since, effect, z) : null;
    }

    public void Exchange(StateExchange state)
    {
        state.Exchange(ref _run);
        state.Exchange(ref _since);
        Current = state.Kept(Current, Warning.Exchange);
    }
}
