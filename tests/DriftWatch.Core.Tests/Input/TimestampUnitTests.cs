using System.Globalization;
using System.Numerics;
using System.Text;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Input;

/// <summary>Numbers as times: what they count, and what is made of those that count something else.</summary>
public class TimestampUnitTests
{
    private const decimal Year2000 = 946_684_800;

    [Theory]
    [InlineData("1763719200", TimestampUnit.Seconds, 1763719200000)]
    [InlineData("1763719200.123", TimestampUnit.Seconds, 1763719200123)]
    [InlineData("1763719200.1239999999999999999999999999999999999", TimestampUnit.Seconds, 1763719200123)]
    [InlineData("1763719200.", TimestampUnit.Seconds, 1763719200000)]
    [InlineData("1.763719200123456E9", TimestampUnit.Seconds, 1763719200123)]
    [InlineData("17637192001234e-4", TimestampUnit.Seconds, 1763719200123)]
    [InlineData("0", TimestampUnit.Seconds, 0)]
    [InlineData("-0.0", TimestampUnit.Seconds, 0)]
    [InlineData("4398046511.1039", TimestampUnit.Seconds, 4398046511103)]
    [InlineData("1763719200123.9", TimestampUnit.Milliseconds, 1763719200123)]
    [InlineData("1763719200123999", TimestampUnit.Microseconds, 1763719200123)]
    [InlineData("1763719200123999.999", TimestampUnit.Microseconds, 1763719200123)]
    [InlineData("1763719200123999999", TimestampUnit.Nanoseconds, 1763719200123)]
    [InlineData("1.763719200123999999e18", TimestampUnit.Nanoseconds, 1763719200123)]
    [InlineData("999999", TimestampUnit.Nanoseconds, 0)]
    [InlineData("2025-11-21T10:00:00.123Z", TimestampUnit.Seconds, 1763719200123)]
    public void A_number_counts_what_the_unit_says(string text, TimestampUnit unit, long milliseconds)
    {
        Assert.True(TimestampText.TryRead(Encoding.ASCII.GetBytes(text), unit, out var time));
        Assert.Equal(milliseconds, time.Milliseconds);
    }

    [Theory]
    [InlineData("1763719200123", TimestampUnit.Seconds)]
    [InlineData("4398046511.104", TimestampUnit.Seconds)]
    [InlineData("9223372036854775807", TimestampUnit.Seconds)]
    [InlineData("99999999999999999999999999999999999", TimestampUnit.Nanoseconds)]
    [InlineData("1e999", TimestampUnit.Nanoseconds)]
    [InlineData("1e99999", TimestampUnit.Nanoseconds)]
    [InlineData("-0.001", TimestampUnit.Nanoseconds)]
    [InlineData("NaN", TimestampUnit.Seconds)]
    [InlineData("1763719200 ", TimestampUnit.Seconds)]
    [InlineData("1763719200e", TimestampUnit.Seconds)]
    [InlineData("1,763,719,200", TimestampUnit.Seconds)]
    public void What_does_not_fit_or_is_no_number_is_refused(string text, TimestampUnit unit) => Assert.False(TimestampText.TryRead(Encoding.ASCII.GetBytes(text), unit, out _));

    /// <summary>Held against whole numbers of any size: no double may stand in between.</summary>
    [Fact]
    public void Units_are_exact()
    {
        const int Seed = 7;
        var random = new Random(Seed);
        int read = 0;
        for (int round = 0; round < 100_000; round++)
        {
            var unit = TimestampUnits.All[random.Next(4)];
            int decimals = random.Next(0, 12), exponent = random.Next(4) == 0 ? random.Next(-25, 26) : 0;
            // Digits about as many as a time of the unit has, with that fraction and exponent.
            int digits = Math.Max(1, 10 + (3 * Power(unit)) + decimals - exponent + random.Next(-2, 2));
            var mantissa = BigInteger.Parse(string.Concat(Enumerable.Range(0, digits).Select(i => (char)('0' + random.Next(i == 0 ? 1 : 0, 10)))), CultureInfo.InvariantCulture);
            string written = mantissa.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
            string text = (decimals == 0 ? written : $"{written[..^decimals]}.{written[^decimals..]}") + (exponent == 0 ? "" : $"e{exponent}");
            int shift = exponent - decimals + 3 - (3 * Power(unit));
            var expected = shift >= 0 ? mantissa * BigInteger.Pow(10, shift) : BigInteger.Divide(mantissa, BigInteger.Pow(10, -shift));

            bool isTime = TimestampText.TryRead(Encoding.ASCII.GetBytes(text), unit, out var time);

            Assert.True(isTime == expected <= EventTime.Latest.Milliseconds, $"seed {Seed}: {text} {unit}");
            if (!isTime) continue;
            Assert.True(time.Milliseconds == expected, $"seed {Seed}: {text} {unit}: {time.Milliseconds}, not {expected}");
            read++;
        }

        Assert.InRange(read, 30_000, 99_000);
    }

    [Theory]
    [InlineData("946684800000", RejectReason.None)]
    [InlineData("946684799999", RejectReason.TimestampRange)]
    [InlineData("946684799999.99", RejectReason.TimestampRange)]
    [InlineData("\"946684800000\"", RejectReason.None)]
    [InlineData("\"2000-01-01T00:00:00Z\"", RejectReason.None)]
    [InlineData("\"2000-01-01T00:59:59.999+01:00\"", RejectReason.TimestampRange)]
    [InlineData("\"1999-12-31T23:59:59.999Z\"", RejectReason.TimestampRange)]
    public void Times_before_2000_are_refused_where_no_unit_is_stated(string time, RejectReason expected)
    {
        Assert.Equal(expected, new Records().Prediction(Of(time)).Reason);
        Assert.Equal(RejectReason.None, new Records(new FieldMapping { TimestampUnit = TimestampUnit.Milliseconds }).Prediction(Of(time)).Reason);
        Assert.Equal(RejectReason.None, new Records(new FieldMapping { EarliestTime = new(946_684_799_999) }).Prediction(Of(time)).Reason);
    }

    [Fact]
    public void Times_of_headers_and_of_Kafka_are_held_to_the_same()
    {
        var byHeader = new Records(new FieldMapping { TimeFrom = TimeSource.Header, TimeHeader = "ts", TimestampUnit = TimestampUnit.Seconds });
        var byKafka = new Records(new FieldMapping { TimeFrom = TimeSource.Kafka });

        Assert.Equal(new EventTime(1763719200500), byHeader.Prediction(Of("null"), header: "1763719200.5").Prediction.Time);
        Assert.Equal(RejectReason.TimestampRange, byKafka.Prediction(Of("null"), kafka: 0).Reason);
        Assert.Equal(RejectReason.None, byKafka.Prediction(Of("null"), kafka: 946_684_800_000).Reason);
    }

    [Theory]
    [InlineData("1763719200", null, "epoch seconds: set timestampUnit: s)")]
    [InlineData("1763719200.123", null, "epoch seconds: set timestampUnit: s)")]
    [InlineData("\"1763719200\"", null, "epoch seconds: set timestampUnit: s)")]
    [InlineData("1763719200123456", null, "epoch microseconds: set timestampUnit: us)")]
    [InlineData("1763719200123456789", null, "epoch nanoseconds: set timestampUnit: ns)")]
    [InlineData("1763719200123", TimestampUnit.Seconds, "epoch milliseconds: set timestampUnit: ms)")]
    [InlineData("20251121", null, "a date written as digits, yyyymmdd)")]
    [InlineData("202511211000", null, "a date and time written as digits, yyyymmddhhmmss)")]
    [InlineData("20251121100000", null, "a date and time written as digits, yyyymmddhhmmss)")]
    [InlineData("45982", null, "days since 1900, as spreadsheets have them)")]
    [InlineData("45982.4166", null, "days since 1900, as spreadsheets have them)")]
    [InlineData("20413", null, "days since 1970)")]
    [InlineData("638993160000000000", null, "ticks of .NET, since the year 1)")]
    [InlineData("\"2025-11-21T10:00:00\"", null, "a date or time without an offset)")]
    [InlineData("\"2025-11-21\"", null, "a date or time without an offset)")]
    [InlineData("0", null, "a time that was never set)")]
    [InlineData("\"0001-01-01T00:00:00Z\"", null, "a time that was never set)")]
    public void What_a_refused_time_looks_like_is_said(string time, TimestampUnit? unit, string says)
    {
        var records = new Records(new FieldMapping { TimestampUnit = unit });

        Assert.Equal(RejectReason.TimestampRange, records.Prediction(Of(time)).Reason);
        Assert.Contains($"(this looks like {says}", records.Reader.LastFaultForLogs);
        Assert.DoesNotContain("found", records.Reader.LastFaultForLogs);
        Assert.EndsWith($", found {time.Trim('"')}", records.Reader.LastFault);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("17")]
    [InlineData("-1763719200")]
    [InlineData("1e28")]
    [InlineData("79228162514264337593543950335")]
    [InlineData("20251341")]
    [InlineData("")]
    public void Of_what_looks_like_nothing_nothing_is_guessed(string text) => Assert.Null(TimeGuess.Of(Encoding.ASCII.GetBytes(text)));

    /// <summary>No number is two things: from 2000 to 2050 every form is told apart from all others.</summary>
    [Fact]
    public void Every_form_is_told_from_the_others()
    {
        var random = new Random(3);
        for (int round = 0; round < 20_000; round++)
        {
            decimal seconds = Year2000 + (random.Next(0, 18_262) * 86_400m) + random.Next(86_400);
            foreach (var unit in TimestampUnits.All)
            {
                string text = (seconds * (decimal)Math.Pow(1000, Power(unit))).ToString("0", CultureInfo.InvariantCulture);
                Assert.Equal(unit, TimeGuess.Of(Encoding.ASCII.GetBytes(text))?.Unit);
            }

            Assert.Equal("days since 1970", Form(seconds / 86_400));
            Assert.StartsWith("days since 1900", Form((seconds / 86_400) + 25_569));
            var date = DateTime.UnixEpoch.AddSeconds((double)seconds);
            Assert.Contains("yyyymmdd", Form(decimal.Parse(date.ToString("yyyyMMdd", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)));
        }

        static string? Form(decimal number) => TimeGuess.Of(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)))?.Form;
    }

    private static int Power(TimestampUnit unit) => unit switch { TimestampUnit.Seconds => 0, TimestampUnit.Milliseconds => 1, TimestampUnit.Microseconds => 2, _ => 3 };

    private static string Of(string time) => $$"""{"id":"a","model":"m","probability":0.5,"timestamp":{{time}}}""";
}
