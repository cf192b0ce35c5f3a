using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Monitoring;

/// <summary>Counts the labels of one model, of which only the positive one is declared, by what they say.</summary>
/// <remarks>It counts labels that were accepted, corrections too; one that says only whether the prediction was right is none of them.</remarks>
internal sealed class LabelReadings : IKeepsState
{
    /// <summary>Spellings that are told apart.</summary>
    public const int Most = 32;

    private readonly List<(ulong Key, string Text, long Labels)> _negative = [];
    private long _positives;
    private long _others;

    /// <summary>Counts a label.</summary>
    /// <param name="label">What it says.</param>
    /// <param name="outcome">What it was read as.</param>
    /// <param name="spellings">Knows its text.</param>
    public void Add(in LabelValue label, bool outcome, LabelSpellings? spellings)
    {
        if (label.Kind != LabelKind.Class) return;
        ulong key = label.Key;
        if (outcome)
        {
            _positives++;
            return;
        }

        int place = _negative.Count - 1;
        while (place >= 0 && _negative[place].Key != key) place--;
        if (place >= 0) _negative[place] = _negative[place] with { Labels = _negative[place].Labels + 1 };
        else if (_negative.Count < Most && spellings?.Find(key) is { } text) _negative.Add((key, text, 1));
        else _others++;
    }

    public void Exchange(StateExchange state)
    {
        state.Exchange(ref _positives);
        state.Exchange(ref _others);
        state.Exchange(_negative, static (StateExchange each, ref (ulong Key, string Text, long Labels) one) =>
        {
            each.Exchange(ref one.Key);
            one.Text = each.KeptText(one.Text);
            each.Exchange(ref one.Labels);
        });
    }

    /// <param name="positive">The positive label, in its canonical form.</param>
    public UndeclaredLabels Capture(string positive)
    {
        long all = _positives + _others + _negative.Sum(one => one.Labels);
        return new(
            positive,
            _positives,
            [.. _negative.OrderByDescending(one => one.Labels).ThenBy(one => one.Text, StringComparer.Ordinal).Select(one => new UndeclaredLabel(one.Text, one.Labels, LookOf(one.Text, one.Labels)))],
            _others);

        // What most labels say is what the model's negatives are called, unless nothing was positive at all.
        LabelLook LookOf(string text, long labels) => 2 * labels < all || _positives == 0 ? LabelLooks.Of(positive, text) : LabelLook.Plain;
    }
}
