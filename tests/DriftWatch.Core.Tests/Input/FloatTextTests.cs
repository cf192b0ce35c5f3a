using System.Globalization;
using DriftWatch.Core.Input.Columns;
using Xunit;

namespace DriftWatch.Core.Input;

/// <summary>A float32 is read as the double of its shortest decimal; the oracle writes that decimal and reads it.</summary>
public sealed class FloatTextTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 3).Select(_ => Random.Shared.Next())];

    [Theory, MemberData(nameof(Seeds))]
    public void It_is_the_double_of_the_shortest_decimal_to_the_bit(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 100_000; i++)
        {
            float value = (i % 4) switch
            {
                0 => random.NextSingle(),
                1 => (float)Math.Round(random.NextDouble(), random.Next(8)),
                2 => MathF.Pow(2, -random.Next(12)) + (random.Next(3) * float.Epsilon),
                _ => BitConverter.Int32BitsToSingle(random.Next()),
            };
            double expected = double.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (!double.IsFinite(expected)) expected = double.NaN;

            Assert.True(BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(FloatText.Read(value)) || (double.IsNaN(expected) && double.IsNaN(FloatText.Read(value))), $"seed {seed}: {value:R}");
        }
    }
}
