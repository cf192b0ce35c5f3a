using System.Runtime.InteropServices;
using System.Text;
using DriftWatch.Core.Input.Json;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Input;

/// <summary>A prediction as the join sees it.</summary>
/// <param name="Id">What its label will name.</param>
/// <param name="Time">When the model gave it.</param>
/// <param name="Route">Index of its <see cref="Series.Route"/>: model, version, slices and, for the top-label view, the predicted class.</param>
/// <param name="Confidence">P(positive) of a binary model, P(top class) otherwise; in [0,1].</param>
/// <param name="Vector">Number of its probabilities among the <see cref="HeldVectors"/> of the route table; 0 where none are needed. Whoever has the prediction hands it to the monitor, or discards it there.</param>
/// <param name="Latency">How long the model took, as far as the record says.</param>
/// <param name="Weight">With what probability its label is asked for, as far as the record says.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Prediction(PredictionId Id, EventTime Time, int Route, double Confidence, int Vector = 0, ServingLatency Latency = default, SamplingWeight Weight = default);

/// <summary>How long a model took to answer, as far as a record says: in tenths of a microsecond.</summary>
/// <remarks>A claim is good whether or not somebody's clock was: what cannot be read loses the latency and not the prediction.</remarks>
public readonly record struct ServingLatency
{
    /// <summary>What to say to someone who sent something else.</summary>
    public const string Expected = "a number of milliseconds or a duration such as 12ms or 1.5s, from 0 to 24h";

    /// <summary>No answer takes longer: a larger number counts something else.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>The record says something that is no latency.</summary>
    public static readonly ServingLatency Unreadable = new(-1);

    private const int LongestText = 32;
    private readonly long _word; // 0: the record says nothing; -1: nothing readable; else ticks + 1

    private ServingLatency(long word) => _word = word;

    public bool IsAbsent => _word == 0;

    /// <summary>The latency; null where none is known.</summary>
    public TimeSpan? Value => _word > 0 ? new TimeSpan(_word - 1) : null;

    /// <summary>A latency that is known, from 0 to <see cref="Longest"/>.</summary>
    public static ServingLatency Of(TimeSpan latency) => latency >= TimeSpan.Zero && latency <= Longest ? new(latency.Ticks + 1) : Unreadable;

    /// <summary>A number of milliseconds.</summary>
    internal static ServingLatency OfMilliseconds(double milliseconds) =>
        milliseconds >= 0 && milliseconds <= Longest.TotalMilliseconds ? new((long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond) + 1) : Unreadable;

    public static ServingLatency Read(FieldKind kind, ReadOnlySpan<byte> text)
    {
        if (kind is FieldKind.Number or FieldKind.Bare && NumberText.TryDouble(text, out double milliseconds)) return OfMilliseconds(milliseconds);
        Span<char> letters = stackalloc char[LongestText];
        return kind is FieldKind.Text or FieldKind.Bare && text.Length <= LongestText && Ascii.ToUtf16(text, letters, out int length) == System.Buffers.OperationStatus.Done
            && Durations.TryParse(letters[..length], TimeSpan.FromTicks(1), out var latency) ? Of(latency) : Unreadable;
    }
}
