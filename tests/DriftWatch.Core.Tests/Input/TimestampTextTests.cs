using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace DriftWatch.Core.Input;

public class TimestampTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1763719200123", 1763719200123)]
    [InlineData("1763719200123.9", 1763719200123)]
    [InlineData("1.763719200123e12", 1763719200123)]
    [InlineData("4398046511103", 4398046511103)]
    [InlineData("1970-01-01T00:00:00Z", 0)]
    [InlineData("2026-11-21T10:00:00Z", 1795255200000)]
    [InlineData("2026-11-21t10:00:00z", 1795255200000)]
    [InlineData("2026-11-21 10:00:00+00:00", 1795255200000)]
    [InlineData("2026-11-21T12:30:00+02:30", 1795255200000)]
    [InlineData("2026-11-20T22:00:00-12:00", 1795255200000)]
    [InlineData("2026-11-21T10:00:00.1Z", 1795255200100)]
    [InlineData("2026-11-21T10:00:00.123456789Z", 1795255200123)]
    [InlineData("2026-11-21T10:00:00.000999-00:00", 1795255200000)]
    [InlineData("2024-02-29T23:59:60Z", 1709251200000)]
    [InlineData("2109-05-15T07:35:11.103Z", 4398046511103)]
    public void TimesAreRead(string text, long milliseconds)
    {
        Assert.True(TimestampText.TryRead(Encoding.ASCII.GetBytes(text), out var time));
        Assert.Equal(milliseconds, time.Milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("-1")]
    [InlineData("4398046511104")]
    [InlineData("1763719200000000000000")]
    [InlineData("1e400")]
    [InlineData("1969-12-31T23:59:59.999Z")]
    [InlineData("1970-01-01T00:00:00+00:01")]
    [InlineData("2109-05-15T07:35:11.104Z")]
    [InlineData("2262-04-11T23:47:16Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("2026-02-29T00:00:00Z")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-00-01T00:00:00Z")]
    [InlineData("2026-01-00T00:00:00Z")]
    [InlineData("2026-01-32T00:00:00Z")]
    [InlineData("2026-01-01T24:00:00Z")]
    [InlineData("2026-01-01T00:60:00Z")]
    [InlineData("2026-01-01T00:00:61Z")]
    [InlineData("2026-01-01T00:00:00")]
    [InlineData("2026-01-01")]
    [InlineData("2026-01-01T00:00Z")]
    [InlineData("2026-01-01T00:00:00.Z")]
    [InlineData("2026-01-01T00:00:00ZZ")]
    [InlineData("2026-01-01T00:00:00+0100")]
    [InlineData("2026-01-01T00:00:00+24:00")]
    [InlineData("2026-01-01T00:00:00+01:60")]
    [InlineData("2026-01-01T00:00:00+01")]
    [InlineData("2026-1-01T00:00:00.0Z")]
    [InlineData("2x26-01-01T00:00:00Z")]
    [InlineData("202x-01-01T00:00:00Z")]
    [InlineData("2026-01-01T0x:00:00Z")]
    [InlineData("2026-01-01T00:00:0 Z")]
    [InlineData("2026/01/01T00:00:00Z")]
    public void WhatIsNoTimeOrOutOfRangeIsNotRead(string text) => Assert.False(TimestampText.TryRead(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void AnyByteAnywhereIsTakenOrRefusedAsTheGrammarSays()
    {
        const string Time = "2026-11-21T10:21:13Z";
        int taken = 0;
        for (int at = 0; at < Time.Length; at++)
        {
            for (int b = 0; b < 256; b++)
            {
                byte[] text = Encoding.Latin1.GetBytes(Time);
                text[at] = (byte)b;
                string changed = Encoding.Latin1.GetString(text);
                bool isTime = Regex.IsMatch(changed, "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}[Zz]$", RegexOptions.CultureInvariant)
                    & DateTime.TryParseExact(changed[..10] + changed[11..19], "yyyy-MM-ddHH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var expected)
                    && expected.Year is >= 1970 and <= 2108;

                bool read = TimestampText.TryRead(text, out var time);

                Assert.True(isTime == read, $"byte {b} at {at}");
                if (!read) continue;
                Assert.Equal(new DateTimeOffset(expected).ToUnixTimeMilliseconds(), time.Milliseconds);
                taken++;
            }
        }

        Assert.True(taken > 50, $"only {taken} were times");
    }

    [Fact]
    public void EveryDayIsTheCalendarsDay()
    {
        var day = DateTimeOffset.UnixEpoch;
        for (; day.Year < 2109; day = day.AddDays(1))
        {
            Assert.True(TimestampText.TryRead(Encoding.ASCII.GetBytes(day.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'")), out var time));
            Assert.Equal(day.ToUnixTimeMilliseconds(), time.Milliseconds);
        }
    }
}
