using DriftWatch.Core.Input;

namespace DriftWatch.Core.Monitoring;

/// <summary>Why a label was refused whose prediction is known: <see cref="RejectReason.LabelValue"/>, in words.</summary>
public static class UnreadableLabel
{
    /// <param name="options">What says which label means what.</param>
    /// <param name="model">The model of the prediction.</param>
    /// <param name="place">Where the label stands.</param>
    /// <param name="found">What it says; null where that is not known.</param>
    public static string Describe(MonitorOptions options, string model, string place, string? found)
    {
        var labels = options.For(model);
        string positive = ClassText.Canonical(labels.PositiveLabel ?? "1"), negative = ClassText.Canonical(labels.NegativeLabel ?? "0");
        string section = options.SectionOf(model);
        return $"{place}: expected {positive} (came true) or {negative} (did not) of binary model {model}{(found is null ? "" : $", found {found}")}; {section}.positiveLabel and {section}.negativeLabel say which label means what";
    }
}
