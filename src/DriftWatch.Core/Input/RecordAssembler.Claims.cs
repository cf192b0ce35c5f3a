using DriftWatch.Core.Series;

namespace DriftWatch.Core.Input;

/// <content>What a prediction claims, and what a label says.</content>
public sealed partial class RecordAssembler
{
    private const string NotProbability = "a number from 0 to 1: DriftWatch watches probabilities of outcomes, not regression or ranking (a log probability, logit or percentage needs transform)";

    private const string SamplingExpected = "the probability of being labeled, from 0.000001 to 1 (leave it out where every label is asked for)";

    private RejectReason ReadConfidence(ReadOnlySpan<byte> record, RecordFields fields, out View view, out ReadOnlySpan<byte> predicted, out double confidence)
    {
        (view, confidence) = (View.Binary, 0);
        predicted = default;
        if (fields[FieldName.Probability].Kind != FieldKind.Absent) return ReadProbability(record, fields, FieldName.Probability, out confidence);

        view = View.TopLabel;
        var named = fields[FieldName.Predicted];
        if (named.Kind != FieldKind.Absent && fields[FieldName.Confidence].Kind != FieldKind.Absent)
        {
            if (!ClassText.TryRead(record, fields, named, out predicted)) return Expected(RejectReason.Schema, FieldName.Predicted, "the predicted class", record, fields);
            if (predicted.Length > _limits.MaxStringBytes) return TooLong(FieldName.Predicted, predicted);
            return ReadProbability(record, fields, FieldName.Confidence, out confidence);
        }

        var vector = fields.Vector;
        if (vector.Started)
        {
            var reason = vector.Check();
            if (reason != RejectReason.None) return _fault.Copy(vector.Fault);
            if (vector.IsTied) Ties++;
            predicted = vector.Best(record, fields);
            confidence = vector.Highest;
            return RejectReason.None;
        }

        if (fields[FieldName.Probabilities].Kind != FieldKind.Absent) return Expected(RejectReason.Schema, FieldName.Probabilities, "an object or an array of numbers", record, fields);
        if (named.Kind != FieldKind.Absent) return _fault.Note(RejectReason.MissingProbability, FieldName.Confidence, "the confidence of the predicted class: a class or text without one claims nothing");
        if (fields[FieldName.Confidence].Kind != FieldKind.Absent) return _fault.Note(RejectReason.MissingProbability, FieldName.Predicted, "the class that the confidence is of");
        return _fault.Note(RejectReason.MissingProbability, FieldName.Probability, "a probability, or a predicted class with its confidence, or probabilities of all classes");
    }

    private RejectReason ReadProbability(ReadOnlySpan<byte> record, RecordFields fields, FieldName name, out double value)
    {
        var field = fields[name];
        var transform = _mapping.Transform;
        RejectReason reason;
        if (fields.TryNumber(name, out value))
        {
            if (transform != ProbabilityTransform.None) value = transform.Of(value);
            reason = ProbabilityText.Check(ref value);
        }
        else
        {
            reason = ProbabilityText.Read(field.Kind, fields.TextOf(record, field), transform, out value);
        }

        if (reason == RejectReason.None) return reason;
        bool isOfOtherKind = transform == ProbabilityTransform.None && reason == RejectReason.ProbabilityRange && ProbabilityTransforms.IsOfOtherKind(value);
        return Expected(reason, name, isOfOtherKind ? NotProbability : transform.Expected(), record, fields);
    }

    /// <summary>With what probability a label is asked for. Whatever cannot be read costs the record: taken as 1, it would count for one where it stands for many.</summary>
    private RejectReason ReadWeight(ReadOnlySpan<byte> record, RecordFields fields, out SamplingWeight weight)
    {
        weight = default;
        var field = fields[FieldName.SamplingProbability];
        if (field.Kind == FieldKind.Absent) return RejectReason.None;
        bool read = fields.TryNumber(FieldName.SamplingProbability, out double probability)
            || ProbabilityText.Read(field.Kind, fields.TextOf(record, field), ProbabilityTransform.None, out probability) == RejectReason.None;
        if (!read || !(probability is >= SamplingWeight.LeastProbability and <= 1)) return Expected(RejectReason.SamplingProbability, FieldName.SamplingProbability, SamplingExpected, record, fields);
        weight = SamplingWeight.Of(probability);
        return RejectReason.None;
    }

    private RejectReason ReadValue(ReadOnlySpan<byte> record, RecordFields fields, out LabelValue value)
    {
        value = default;
        var field = fields[FieldName.Label];
        if (field.Kind != FieldKind.Absent)
        {
            if (field.Kind is FieldKind.Structure or FieldKind.NotFinite) return Expected(RejectReason.Schema, FieldName.Label, "a class: a string, number or boolean", record, fields);
            if (!ClassText.TryRead(record, fields, field, out var name)) return Expected(RejectReason.LabelValue, FieldName.Label, "a class that has a name", record, fields);
            if (name.Length > _limits.MaxStringBytes) return TooLong(FieldName.Label, name);
            value = new LabelValue(LabelKind.Class, ClassKey.Of(name));
            _routes.Spellings?.Note(value.Key, name);
            return RejectReason.None;
        }

        field = fields[FieldName.Correct];
        if (field.Kind == FieldKind.Absent) return _fault.Note(RejectReason.MissingLabel, FieldName.Label, "a label, or whether the prediction was correct");
        if (field.Kind != FieldKind.Text && ClassText.TryRead(record, fields, field, out var right))
        {
            if (right.SequenceEqual("1"u8)) value = LabelValue.Correct;
            else if (right.SequenceEqual("0"u8)) value = LabelValue.Wrong;
            else return Expected(RejectReason.Schema, FieldName.Correct, "true or false", record, fields);
            return RejectReason.None;
        }

        return Expected(RejectReason.Schema, FieldName.Correct, "true or false", record, fields);
    }
}
