using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <summary>Counts predictions and outcomes in the views in which they look different: folded, and one class against the rest.</summary>
/// <remarks>What one prediction adds to the series of its classes is taken back with the same numbers: its vector stays until no correction can come.</remarks>
internal sealed class OtherViews(RouteTable routes, List<SeriesMonitor> series)
{
    public void AddPrediction(Route route, in Prediction prediction)
    {
        if (route.Folded >= 0) series[route.Folded].AddPrediction(prediction.Time, Views.Fold(prediction.Confidence), prediction.Weight);
        if (prediction.Vector == 0 || route.Classes is not { } classes) return;
        var probabilities = routes.Vectors[prediction.Vector];
        for (int place = 0; place < probabilities.Length; place++) series[classes.SeriesAt(place)].AddPrediction(prediction.Time, probabilities[place], prediction.Weight);
    }

    public void AddOutcome(Route route, in LabeledPrediction pair, int vector)
    {
        if (route.Folded >= 0) series[route.Folded].AddOutcome(Folded(pair));
        if (vector > 0 && route.Classes is { } classes) Resolve(classes, pair, pair.Choice, vector);
    }

    /// <param name="route">Whose.</param>
    /// <param name="pair">With the outcome that stands now.</param>
    /// <param name="before">The outcome that stood before.</param>
    /// <param name="chosen">How it came to that.</param>
    /// <param name="vector">Its vector; 0 if none was kept.</param>
    public void CorrectOutcome(Route route, in LabeledPrediction pair, bool before, LabelChoice chosen, int vector)
    {
        double confidence = pair.Confidence;
        if (route.Folded >= 0) series[route.Folded].CorrectOutcome(Folded(pair), Views.Fold(confidence, before), chosen);
        if (vector > 0 && route.Classes is { } classes) Resolve(classes, pair, chosen, vector);
    }

    /// <summary>A prediction whose label never came. Which class it was nobody knows, not even where it counts as negative.</summary>
    public void Expire(Route route, EventTime time, double confidence, bool countsAsNegative)
    {
        if (route.Folded >= 0) series[route.Folded].Expire(time, Views.Fold(confidence), countsAsNegative ? Views.Fold(confidence, false) : null);
    }

    /// <summary>Notes on a vector what it has been counted with, before the restart.</summary>
    public void Recall(Route route, int vector)
    {
        if (vector > 0 && route.Classes is { } classes) Note(classes, ref routes.Vectors.Head(vector));
    }

    private static LabeledPrediction Folded(in LabeledPrediction pair) => pair with { Confidence = Views.Fold(pair.Confidence), Outcome = Views.Fold(pair.Confidence, pair.Outcome) };

    private static void Note(ClassRoster classes, ref VectorHead head) =>
        (head.IsCounted, head.Place) = (head.HasLabel, head.HasLabel ? classes.PlaceOf(head.Label) : -1);

    /// <summary>Brings the series of the classes in line with the label that stands now.</summary>
    private void Resolve(ClassRoster classes, in LabeledPrediction pair, LabelChoice chosen, int vector)
    {
        var time = pair.Predicted;
        ref var head = ref routes.Vectors.Head(vector);
        var probabilities = routes.Vectors[vector];
        var (wasCounted, before) = (head.IsCounted, head.Place);
        Note(classes, ref head);
        for (int place = 0; place < probabilities.Length; place++)
        {
            var one = series[classes.SeriesAt(place)];
            double confidence = probabilities[place];
            if (!wasCounted && head.IsCounted) one.AddOutcome(pair with { Confidence = confidence, Outcome = place == head.Place });
            else if (wasCounted && !head.IsCounted) one.RemoveOutcome(time, confidence, place == before, chosen);
            else if (wasCounted && (chosen != pair.Choice || place == before != (place == head.Place)))
                one.CorrectOutcome(pair with { Confidence = confidence, Outcome = place == head.Place }, place == before, chosen);
        }
    }
}
