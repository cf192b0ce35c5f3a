namespace DriftWatch.Core.Drift;

/// <summary>Which of many series to report when a share of false ones among them is to be bounded (statistics §6.9).</summary>
public static class FalseDiscoveries
{
    /// <summary>The e-BH procedure: the largest k such that the k-th largest e-value is at least S ÷ (q k).</summary>
    /// <remarks>
    /// Wang and Ramdas (arXiv 2009.02824): the expected share of false ones is at most q under any dependence between the e-values, at any moment of looking, if each
    /// is an e-process for all that is known jointly: <see cref="Guarantee.Lifetime"/>. With run-length budgets the expected share is bounded by q times
    /// what was spent so far, no more.
    /// </remarks>
    /// <param name="logValues">Natural logarithm of each series' e-value.</param>
    /// <param name="rate">q in (0, 1).</param>
    /// <returns>Indices of what to report, strongest first.</returns>
    public static IReadOnlyList<int> EBenjaminiHochberg(IReadOnlyList<double> logValues, double rate)
    {
        if (rate is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(rate), rate, "A share between 0 and 1 is needed.");
        int[] order = [.. Enumerable.Range(0, logValues.Count).OrderByDescending(i => logValues[i]).ThenBy(i => i)];
        int count = 0;
        for (int k = 1; k <= order.Length; k++)
        {
            if (logValues[order[k - 1]] >= Math.Log(order.Length / (rate * k))) count = k;
        }

        return order[..count];
    }

    /// <summary>The logarithm of what an e-process's running maximum is worth as an e-value: (x − 1 − ln x) ÷ ln² x.</summary>
    /// <remarks>"Was ever high" is more often true than "is high now": raw maxima in e-BH do not bound the false discoveries (arXiv 2501.19360).</remarks>
    /// <param name="logMaximum">Logarithm of the largest value so far, at least 0 to be worth anything.</param>
    public static double AdjustedMaximum(double logMaximum)
    {
        if (logMaximum <= 0) return double.NegativeInfinity;
        if (logMaximum < 1e-4) return Math.Log(0.5); // the limit at 1
        // x may be beyond the range of a double, its logarithm is not.
        double logNumerator = logMaximum > 30 ? logMaximum : Math.Log(Math.Exp(logMaximum) - 1 - logMaximum);
        return logNumerator - (2 * Math.Log(logMaximum));
    }
}
