using DriftWatch.Core.Input;
using DriftWatch.Core.Time;

namespace DriftWatch.Replay;

/// <summary>Walks through predictions and labels in the order in which a live system would have seen them: by time, a prediction before a label of the same time.</summary>
/// <param name="predictions">All predictions.</param>
/// <param name="predictionOrder">In which order they come.</param>
/// <param name="labels">All labels.</param>
/// <param name="labelOrder">In which order they come.</param>
internal struct PlayCursor(Rows<Prediction> predictions, PlayOrder predictionOrder, Rows<Label> labels, PlayOrder labelOrder)
{
    private int _prediction;
    private int _label;

    /// <summary>Whether the record is a prediction.</summary>
    public bool IsPrediction { get; private set; }

    /// <summary>Its row among those of its kind.</summary>
    public int Row { get; private set; }

    public readonly ref readonly Prediction Prediction => ref predictions[Row];

    public readonly ref readonly Label Label => ref labels[Row];

    public readonly EventTime Time => IsPrediction ? Prediction.Time : Label.Time;

    /// <summary>Where the record is, for <see cref="GoTo"/>.</summary>
    public readonly int Place => IsPrediction ? Row : ~Row;

    /// <summary>Shows a record again that it has passed; <see cref="MoveNext"/> goes on from where it was.</summary>
    public void GoTo(int place)
    {
        IsPrediction = place >= 0;
        Row = IsPrediction ? place : ~place;
    }

    /// <summary>Moves on to the next record; false at the end.</summary>
    public bool MoveNext()
    {
        bool morePredictions = _prediction < predictionOrder.Count, moreLabels = _label < labelOrder.Count;
        if (!morePredictions && !moreLabels) return false;
        IsPrediction = !moreLabels || (morePredictions && predictions[predictionOrder[_prediction]].Time <= labels[labelOrder[_label]].Time);
        Row = IsPrediction ? predictionOrder[_prediction++] : labelOrder[_label++];
        return true;
    }
}
