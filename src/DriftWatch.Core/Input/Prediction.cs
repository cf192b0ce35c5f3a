using System.Runtime.InteropServices;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Input;

/// <summary>A prediction as the join sees it.</summary>
/// <param name="Id">What its label will name.</param>
/// <param name="Time">When the model gave it.</param>
/// <param name="Route">Index of its <see cref="Series.Route"/>: model, version, slices and, for the top-label view, the predicted class.</param>
/// <param name="Confidence">P(positive) of a binary model, P(top class) otherwise; in [0,1].</param>
/// <param name="Vector">Number of its probabilities among the <see cref="HeldVectors"/> of the route table; 0 where none are needed. Whoever has the prediction hands it to the monitor, or discards it there.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Prediction(PredictionId Id, EventTime Time, int Route, double Confidence, int Vector = 0);
