using System.Numerics;

namespace DriftWatch.Core.Input;

/// <summary>The fields that a prediction or a label is made of.</summary>
public enum FieldName : byte
{
    Id,
    Timestamp,
    Model,
    Version,
    Probability,
    Predicted,
    Confidence,
    Probabilities,
    Slices,
    Latency,
    Label,
    Correct,
    SamplingProbability,
    Source,

    /// <summary>CloudEvents: the attribute that makes an object an envelope.</summary>
    SpecVersion,

    /// <summary>CloudEvents: the payload inside the envelope.</summary>
    EnvelopeData,

    /// <summary>CloudEvents: event time for payloads without one.</summary>
    EnvelopeTime,
}

/// <summary>All fields, each said once: mapping, scanner, CSV columns, settings, the list of what stored state depends on, and the tables of the documentation follow from these rows.</summary>
/// <remarks>A further field is a member of <see cref="FieldName"/>, its row here, and what <see cref="RecordAssembler"/> makes of it.</remarks>
public static class FieldCatalogue
{
    private const FieldRecords Both = FieldRecords.Predictions | FieldRecords.Labels;

    /// <summary>In the order of <see cref="FieldName"/>.</summary>
    public static readonly IReadOnlyList<InputField> All =
    [
        new(FieldName.Id, "id", Both)
        {
            Required = true,
            Meaning = "Names the prediction to its label. A string or an integer: `17` and `\"17\"` are the same id, `17.0` too, in JSON as in CSV. A UUID in its 8-4-4-4-12 form counts by value, so the case of its letters does not matter; any other text has to be the same to the byte.",
        },
        new(FieldName.Timestamp, "timestamp", Both)
        {
            Required = true,
            Meaning = "Event time, of the prediction or of its outcome: epoch milliseconds (see `timestampUnit`) or RFC 3339.",
        },
        new(FieldName.Model, "model", Both)
        {
            Meaning = "The model's name: a string or a number. In predictions it may be left out where the topic has a `defaultModel`. A label that names a model addresses only its predictions; one that names none, those of every model that scored the id.",
        },
        new(FieldName.Version, "version", Both)
        {
            Meaning = "The model's version: a string or a number, taken as it is written (`7.10` is not `7.1`). May be left out. Each version is judged by itself. A label that names model and version addresses only that version's predictions; a version without a model says nothing.",
        },
        new(FieldName.Probability, "probability", FieldRecords.Predictions) { Shape = FieldShape.Number, MayBeMissing = true, Meaning = "Of a binary model: the probability of the positive class, 0 to 1." },
        new(FieldName.Predicted, "predicted", FieldRecords.Predictions) { MayBeMissing = true, Meaning = "Of any classifier, with `confidence`: the predicted class, a string, number or boolean, in any spelling." },
        new(FieldName.Confidence, "confidence", FieldRecords.Predictions) { Shape = FieldShape.Number, MayBeMissing = true, Meaning = "The probability of the predicted class, 0 to 1." },
        new(FieldName.Probabilities, "probabilities", FieldRecords.Predictions)
        {
            Shape = FieldShape.Vector,
            Meaning = "All classes with their probabilities, as an object or as an array (then the classes are `\"0\"`, `\"1\"`, …). They have to sum to 1 within 0.001, however the sum is rounded. Two keys that come to the same class are refused. The most likely class counts as predicted; among equals the first does, and the tie is counted. The other classes count where `class-wise` views are asked for.",
        },
        new(FieldName.Slices, "slices", FieldRecords.Predictions)
        {
            Shape = FieldShape.Slices,
            Meaning = "Named parts of the traffic to watch by themselves: an object of dimensions and values. Values are strings, numbers or booleans, taken as they are written; their order does not matter.",
        },
        new(FieldName.Latency, "latency", FieldRecords.Predictions)
        {
            Shape = FieldShape.Number,
            IsMeasure = true,
            Meaning = "How long the model took to answer: a number of milliseconds, or a duration such as `\"12ms\"` or `\"1.5s\"`, from 0 to 24 h. What cannot be read is left out and counted; the prediction counts all the same.",
        },
        new(FieldName.Label, "label", FieldRecords.Labels)
        {
            MayBeMissing = true,
            Meaning = "The class that came true: a string, number or boolean, in any spelling. `1`, `1.0`, `\"1\"`, `true` and `\"True\"` are the class \"1\"; `0`, `0.0`, `\"0\"` and `false` are the class \"0\".",
        },
        new(FieldName.Correct, "correct", FieldRecords.Labels) { MayBeMissing = true, Meaning = "Whether the prediction was right: `true`, `false`, `1` or `0`. If `label` is there too, that counts." },
        new(FieldName.SamplingProbability, "samplingProbability", Both)
        {
            Shape = FieldShape.Number,
            Meaning = "Where only some predictions are labeled: the probability with which this one was chosen for it, above 0 (from 0.000001) to 1; left out, 1. The choice must not look at the outcome. A labeled prediction then stands for 1 ÷ the probability predictions. In predictions it also says that a label which does not come was most likely never asked for. Where prediction and label say different things, the label's counts.",
        },
        new(FieldName.Source, "source", FieldRecords.Labels)
        {
            Meaning = "Who says so: a string or a number, taken as it is written. Looked at only where a model has [`labelSources`](input.md#who-says-so): then the label of the more trusted source counts, whichever came first, and judges are measured against those that are trusted.",
        },
        new(FieldName.SpecVersion, "specversion", FieldRecords.Envelope),
        new(FieldName.EnvelopeData, "data", FieldRecords.Envelope),
        new(FieldName.EnvelopeTime, "time", FieldRecords.Envelope),
    ];

    /// <summary>Fields that predictions may have.</summary>
    public static IEnumerable<InputField> OfPredictions => Of(FieldRecords.Predictions);

    /// <summary>Fields that labels may have.</summary>
    public static IEnumerable<InputField> OfLabels => Of(FieldRecords.Labels);

    /// <summary>Fields that a kind of record may have, in the order of <see cref="All"/>.</summary>
    public static IEnumerable<InputField> Of(FieldRecords records) => All.Where(field => (field.Records & records) != 0);

    /// <summary>A set of fields as bits: the scanner and <see cref="RecordFields"/> keep one in a word of 64, with the places behind the fields.</summary>
    internal static ulong Bits(Func<InputField, bool> chosen) => All.Where(chosen).Aggregate(0ul, (bits, field) => bits | Bit(field.Field));

    internal static ulong Bit(FieldName field) => 1ul << (int)field;

    internal static FieldName First(ulong bits) => (FieldName)BitOperations.TrailingZeroCount(bits);
}
