namespace DriftWatch.Evaluation.Reference;

/// <summary>Scores of raw pairs that need no bins, as textbooks write them. Null where there is nothing to measure.</summary>
public static class RawScores
{
    /// <summary>Mean of (confidence − outcome)².</summary>
    public static double? Brier(IReadOnlyList<double> confidences, IReadOnlyList<bool> outcomes) =>
        Mean(confidences, outcomes, (p, y) => (p - y) * (p - y));

    /// <summary>scikit-learn's log loss: what happened got at least 2⁻⁵², the machine epsilon of float64.</summary>
    public static double? LogLoss(IReadOnlyList<double> confidences, IReadOnlyList<bool> outcomes)
    {
        double epsilon = Math.Pow(2, -52);
        return Mean(confidences, outcomes, (p, y) => -Math.Log(Math.Clamp(y == 1 ? p : 1 - p, epsilon, 1 - epsilon)));
    }

    /// <summary>Share of (positive, negative) pairs in order, ties half. Null without both.</summary>
    public static double? Auroc(IReadOnlyList<double> confidences, IReadOnlyList<bool> outcomes)
    {
        double[] p = [.. confidences];
        bool[] y = [.. outcomes];
        Array.Sort(p, y);
        long positives = 0, negatives = 0;
        double ordered = 0;
        for (int from = 0, to; from < p.Length; from = to)
        {
            long tiedPositives = 0, tiedNegatives = 0;
            for (to = from; to < p.Length && p[to] == p[from]; to++)
            {
                if (y[to]) tiedPositives++;
                else tiedNegatives++;
            }

            ordered += tiedPositives * (negatives + (tiedNegatives / 2.0));
            (positives, negatives) = (positives + tiedPositives, negatives + tiedNegatives);
        }

        return positives == 0 || negatives == 0 ? null : ordered / positives / negatives;
    }

    /// <summary>Spiegelhalter's Z: Σ (y − p)(1 − 2p) ÷ √Σ (1 − 2p)² p(1 − p).</summary>
    public static double? SpiegelhalterZ(IReadOnlyList<double> confidences, IReadOnlyList<bool> outcomes)
    {
        double sum = 0, variance = 0;
        for (int i = 0; i < confidences.Count; i++)
        {
            double p = confidences[i];
            sum += ((outcomes[i] ? 1 : 0) - p) * (1 - (2 * p));
            variance += (1 - (2 * p)) * (1 - (2 * p)) * p * (1 - p);
        }

        return variance > 0 ? sum / Math.Sqrt(variance) : null;
    }

    private static double? Mean(IReadOnlyList<double> confidences, IReadOnlyList<bool> outcomes, Func<double, int, double> term)
    {
        if (confidences.Count == 0) return null;
        double sum = 0;
        for (int i = 0; i < confidences.Count; i++) sum += term(confidences[i], outcomes[i] ? 1 : 0);
        return sum / confidences.Count;
    }
}
