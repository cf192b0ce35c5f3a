using Xunit;

namespace DriftWatch.Core.Support;

/// <summary>Mean and standard deviation of what a simulation gave.</summary>
internal sealed class Moments
{
    private double _sum;
    private double _squares;

    public int Count { get; private set; }

    public double Mean => _sum / Count;

    public double Deviation => Math.Sqrt(Math.Max(0, (_squares / Count) - (Mean * Mean)));

    public double Error => Deviation / Math.Sqrt(Count);

    public void Add(double value)
    {
        Count++;
        _sum += value;
        _squares += value * value;
    }

    /// <summary>The mean lies within three standard errors of what a formula says, and what part of it the formula leaves out.</summary>
    public void AssertMean(double expected, double relative = 0) =>
        Assert.True(Math.Abs(Mean - expected) <= (3 * Error) + (relative * Math.Abs(expected)), $"mean {Mean:G6} ± {Error:G3} of {Count}, formula {expected:G6}");

    /// <summary>Within 3.5 standard errors, as many are asked, and a part that the formula is known to be off by.</summary>
    public void MeanIs(double expected, string what, double off = 0) =>
        Assert.True(Math.Abs(Mean - expected) <= (3.5 * Error) + off, $"{what}: {Mean:G6} ± {Error:G3}, expected {expected:G6}");
}
