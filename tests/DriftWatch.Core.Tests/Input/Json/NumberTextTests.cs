using System.Globalization;
using System.Text;
using Xunit;

namespace DriftWatch.Core.Input.Json;

public class NumberTextTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void DecimalsAreReadToTheBitOfDoubleParse(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 200_000; i++)
        {
            string text = Decimal(random);

            Assert.True(NumberText.TryDouble(Encoding.ASCII.GetBytes(text), out double value), $"seed {seed}: {text}");
            double expected = double.Parse(text, CultureInfo.InvariantCulture);
            Assert.True(BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(value), $"seed {seed}: {text} gave {value:R}, not {expected:R}");
        }
    }

    [Theory]
    [InlineData("0.3")]
    [InlineData("-0")]
    [InlineData("-0.0")]
    [InlineData("9007199254740992")]
    [InlineData("9007199254740993")]
    [InlineData("9007199254740993.0")]
    [InlineData("0.000000000000000001")]
    [InlineData("999999999999999999")]
    [InlineData("1e22")]
    [InlineData("1e23")]
    [InlineData("1e999")]
    [InlineData("-1e999")]
    [InlineData("1e-999")]
    [InlineData("4.9406564584124654e-324")]
    [InlineData("2.2250738585072011e-308")]
    [InlineData("0.1000000000000000055511151231257827021181583404541015625")]
    public void EdgesAreReadToTheBitOfDoubleParse(string text)
    {
        Assert.True(NumberText.TryDouble(Encoding.ASCII.GetBytes(text), out double value));
        Assert.Equal(BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)), BitConverter.DoubleToInt64Bits(value));
    }

    [Fact]
    public void AnyByteAnywhereIsTakenOrRefusedAsDoubleParseDoes()
    {
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        int taken = 0;
        for (int length = 1; length <= 20; length++)
        {
            byte[] text = Encoding.ASCII.GetBytes("0.123456789012345678"[..length]);
            for (int at = 0; at < length; at++)
            {
                byte kept = text[at];
                for (int b = 0; b < 256; b++)
                {
                    text[at] = (byte)b;
                    bool expected = double.TryParse(text, Styles, CultureInfo.InvariantCulture, out double right);
                    Assert.True(expected == NumberText.TryDouble(text, out double value), $"byte {b} at {at} of {length}");
                    if (!expected) continue;
                    Assert.True(BitConverter.DoubleToInt64Bits(right) == BitConverter.DoubleToInt64Bits(value), $"byte {b} at {at} of {length}: {value:R}, not {right:R}");
                    taken++;
                }

                text[at] = kept;
            }
        }

        Assert.True(taken > 1_500, $"only {taken} were numbers");
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("1e")]
    [InlineData("--1")]
    [InlineData("1-")]
    [InlineData(" 1")]
    [InlineData("1,5")]
    [InlineData("0x1")]
    public void WhatIsNoNumberIsNotRead(string text) => Assert.False(NumberText.TryDouble(Encoding.ASCII.GetBytes(text), out _));

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-5", -5L)]
    [InlineData("999999999999999999", 999_999_999_999_999_999L)]
    [InlineData("1000000000000000000", null)]
    [InlineData("", null)]
    [InlineData("-", null)]
    [InlineData("1.0", null)]
    [InlineData("+1", null)]
    public void IntegersOfEighteenDigitsAreRead(string text, long? expected) =>
        Assert.Equal(expected, NumberText.TryInteger(Encoding.ASCII.GetBytes(text), out long value) ? value : null);

    /// <summary>Decimals of all lengths around the border of the fast path, some with exponents, some exact doubles in full.</summary>
    private static string Decimal(Random random)
    {
        string sign = random.Next(4) == 0 ? "-" : "";
        if (random.Next(8) == 0) return sign + BitConverter.Int64BitsToDouble(random.NextInt64(0, 0x7FF0000000000000)).ToString("R", CultureInfo.InvariantCulture);
        if (random.Next(4) == 0) return sign + random.NextDouble().ToString($"F{random.Next(1, 25)}", CultureInfo.InvariantCulture);
        string digits = string.Concat(Enumerable.Range(0, random.Next(1, 21)).Select(_ => random.Next(10)));
        string fraction = random.Next(3) == 0 ? "" : "." + string.Concat(Enumerable.Range(0, random.Next(1, 21)).Select(_ => random.Next(10)));
        return sign + digits + fraction + (random.Next(3) == 0 ? $"e{random.Next(-330, 310)}" : "");
    }
}
