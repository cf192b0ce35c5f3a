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
}
