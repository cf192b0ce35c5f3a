using DriftWatch.Core.Input;

namespace DriftWatch.Inspection;

/// <summary>Names under which producers are likely to send a field, likeliest first, as <see cref="SeenField.Name"/> spells them.</summary>
internal static class FieldHints
{
    private static readonly Dictionary<FieldName, string[]> Names = new()
    {
        [FieldName.Id] = ["id", "predictionid", "requestid", "ceid", "inferenceid", "eventid", "transactionid", "correlationid", "traceid", "uuid", "key", "orderid", "sessionid"],
        [FieldName.Timestamp] = ["timestamp", "eventtime", "time", "ts", "cetime", "at", "predictedat", "createdat", "labeledat", "occurredat", "observedat", "datetime", "date"],
        [FieldName.Model] = ["model", "modelname", "modelid", "ceinferenceservicename", "inferenceservice", "service", "deployment"],
        [FieldName.Version] = ["version", "modelversion", "ver", "revision", "release", "build", "variant"],
        [FieldName.Probability] = ["probability", "proba", "prob", "score", "predproba", "pred", "prediction", "p", "risk", "likelihood", "confidence"],
        [FieldName.Predicted] = ["predicted", "predictedclass", "predictedlabel", "prediction", "predclass", "predlabel", "class", "label", "topclass", "category", "intent"],
        [FieldName.Confidence] = ["confidence", "probability", "score", "proba", "prob", "topprobability", "certainty"],
        [FieldName.Probabilities] = ["probabilities", "probs", "scores", "proba", "distribution", "classprobabilities", "softmax"],
        [FieldName.Slices] = ["slices", "tags", "segments", "segment", "dimensions", "groups", "attributes", "context"],
        [FieldName.Latency] = ["latency", "latencyms", "durationms", "duration", "elapsedms", "elapsed", "tookms", "took", "responsetime", "responsetimems"],
        [FieldName.Label] = ["label", "groundtruth", "outcome", "actual", "truth", "target", "ytrue", "y", "result", "trueclass", "truelabel", "class", "fraud", "isfraud", "wasfraud", "clicked", "converted", "churned", "defaulted", "response", "value"],
        [FieldName.Correct] = ["correct", "iscorrect", "wascorrect", "right"],
    };

    /// <summary>How well a name fits: 1 for the likeliest, towards 0; 0: not at all.</summary>
    public static double Fit(FieldName field, SeenField seen)
    {
        string[] names = Names[field];
        int at = Array.FindIndex(names, name => name == seen.Name || name == seen.LongName);
        if (at >= 0) return 1 - (0.5 * at / names.Length);
        return names.Any(name => name.Length >= 4 && seen.Name.Contains(name, StringComparison.Ordinal)) ? 0.3 : 0;
    }
}
