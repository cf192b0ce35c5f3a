using DriftWatch.Core.State;

namespace DriftWatch.Core.Calibration;

/// <summary>The sums over labeled predictions behind Brier score, log loss and Spiegelhalter's test. Fixed point, therefore exact: any order gives the same bits.</summary>
internal record struct ScoreSums
{
    /// <summary>Of (confidence − outcome)².</summary>
    public UInt128 SquaredError;

    /// <summary>Of p(1 − p).</summary>
    public UInt128 Variance;

    /// <summary>Of (1 − 2p)² p(1 − p).</summary>
    public UInt128 SquaredErrorVariance;

    /// <summary>Of −ln of the probability given to what happened.</summary>
    public UInt128 LogLoss;

    public void Add(in Contribution one)
    {
        SquaredError += one.SquaredError;
        Variance += one.Variance;
        SquaredErrorVariance += one.SquaredErrorVariance;
        LogLoss += one.LogLoss;
    }

    public void Remove(in Contribution one)
    {
        SquaredError -= one.SquaredError;
        Variance -= one.Variance;
        SquaredErrorVariance -= one.SquaredErrorVariance;
        LogLoss -= one.LogLoss;
    }

    public void AddRepeated(in Contribution one, UInt128 times)
    {
        SquaredError += one.SquaredError * times;
        Variance += one.Variance * times;
        SquaredErrorVariance += one.SquaredErrorVariance * times;
        LogLoss += one.LogLoss * times;
    }

    public void Exchange(StateExchange state)
    {
        state.Exchange(ref SquaredError);
        state.Exchange(ref Variance);
        state.Exchange(ref SquaredErrorVariance);
        state.Exchange(ref LogLoss);
    }

    public static ScoreSums operator +(in ScoreSums left, in ScoreSums right) => new()
    {
        SquaredError = left.SquaredError + right.SquaredError,
        Variance = left.Variance + right.Variance,
        SquaredErrorVariance = left.SquaredErrorVariance + right.SquaredErrorVariance,
        LogLoss = left.LogLoss + right.LogLoss,
    };

    public static ScoreSums operator -(in ScoreSums left, in ScoreSums right) => new()
    {
        SquaredError = left.SquaredError - right.SquaredError,
        Variance = left.Variance - right.Variance,
        SquaredErrorVariance = left.SquaredErrorVariance - right.SquaredErrorVariance,
        LogLoss = left.LogLoss - right.LogLoss,
    };
}
