using System.Text;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Input;

/// <summary>The reader against an oracle made of System.Text.Json, on good, bad, mutated and truncated records.</summary>
public class MessageReaderPropertyTests
{
    private readonly Records _records = new(options: new MonitorOptions { MaxModels = 1_000_000, MaxVersions = 1_000_000, MaxSlices = 1_000_000, MaxRoutes = 500_000 });
    private readonly Dictionary<RejectReason, int> _seen = [];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RecordsAreReadAsTheContractSays(int seed)
    {
        var random = new Random(seed);
        var some = new SomeJson(random);
        for (int i = 0; i < 10_000; i++)
        {
            CheckPrediction(Encoding.UTF8.GetBytes(some.Prediction()), seed);
            CheckLabel(Encoding.UTF8.GetBytes(some.Label()), seed);
        }

        // The generator has to reach what it is for.
        Assert.True(_seen[RejectReason.None] > 2_000, $"only {_seen[RejectReason.None]} accepted");
        foreach (var reason in new[]
        {
            RejectReason.Encoding, RejectReason.Schema, RejectReason.DuplicateKey, RejectReason.Oversize, RejectReason.MissingId, RejectReason.MissingTimestamp, RejectReason.TimestampRange,
            RejectReason.TimestampFuture, RejectReason.MissingModel, RejectReason.MissingProbability, RejectReason.ProbabilityRange, RejectReason.ProbabilitySum, RejectReason.MissingLabel, RejectReason.LabelValue,
        })
        {
            Assert.True(_seen.ContainsKey(reason), $"{reason} never came up");
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void MutatedRecordsAreReadAsTheContractSays(int seed)
    {
        var random = new Random(seed);
        var some = new SomeJson(random);
        for (int i = 0; i < 10_000; i++)
        {
            CheckPrediction(some.Mutated(some.Prediction()), seed);
            CheckLabel(some.Mutated(some.Label()), seed);
        }
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void TruncatedRecordsAreReadAsTheContractSays(int seed)
    {
        var random = new Random(seed);
        var some = new SomeJson(random);
        for (int i = 0; i < 40; i++)
        {
            byte[] prediction = Encoding.UTF8.GetBytes(some.Prediction());
            byte[] label = Encoding.UTF8.GetBytes(some.Label());
            for (int length = 0; length < prediction.Length; length++) CheckPrediction(prediction[..length], seed);
            for (int length = 0; length < label.Length; length++) CheckLabel(label[..length], seed);
        }
    }

    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    public void AnyBytesAreReadAsTheContractSays(int seed)
    {
        var random = new Random(seed);
        byte[] alphabet = Encoding.UTF8.GetBytes("{}[]\",:\\ \n0123456789.-+eEtrufalsn\0é");
        for (int i = 0; i < 50_000; i++)
        {
            byte[] bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            if (i % 4 > 0) bytes = [.. bytes.Select(b => alphabet[b % alphabet.Length])];
            CheckPrediction(bytes, seed);
        }
    }

    private void CheckPrediction(byte[] value, int seed)
    {
        var expected = JsonOracle.Prediction(value, Records.Now);
        var (reason, prediction) = _records.Prediction(value);

        CheckReason(expected, reason, value, seed);
        if (reason != RejectReason.None) return;
        var route = _records.Routes[prediction.Route];
        Check(Records.IdOf(expected.Id) == prediction.Id && expected.Time == prediction.Time.Milliseconds, "id or time", value, seed);
        Check(BitConverter.DoubleToInt64Bits(expected.Confidence) == BitConverter.DoubleToInt64Bits(prediction.Confidence), $"confidence {prediction.Confidence:R}", value, seed);
        Check(expected.Model == route.Model && expected.Version == route.Version, $"model {route.Model} version {route.Version}", value, seed);
        Check(expected.Predicted is null ? route.View == View.Binary : route.View == View.TopLabel && route.PredictedClass == ClassKey.Of(expected.Predicted), "predicted class", value, seed);
        var slices = route.Series.Select(s => _records.Routes.Series[s].Slice).OfType<Slice>().Select(s => (s.Dimension, s.Value));
        Check(expected.Slices.SequenceEqual(slices), "slices", value, seed);
    }

    private void CheckLabel(byte[] value, int seed)
    {
        var expected = JsonOracle.Label(value, Records.Now);
        var (reason, label) = _records.Label(value);

        CheckReason(expected, reason, value, seed);
        if (reason == RejectReason.None) Check(label == new Label(Records.IdOf(expected.Id), new EventTime(expected.Time), expected.Label), $"label {label}", value, seed);
    }

    private void CheckReason(JsonOracle.Reading expected, RejectReason reason, byte[] value, int seed)
    {
        _seen[reason] = _seen.GetValueOrDefault(reason) + 1;
        bool agrees = expected.Reasons.Length == 0 ? reason == RejectReason.None : expected.Reasons.Contains(reason);
        Check(agrees, $"{reason} ({_records.Reader.LastFault}), not {string.Join(" or ", expected.Reasons)}", value, seed);
        Check((reason == RejectReason.None) == (_records.Reader.LastFault is null), "the words about the fault", value, seed);
    }

    private static void Check(bool holds, string what, byte[] value, int seed) =>
        Assert.True(holds, $"seed {seed}: {what} in {Encoding.Latin1.GetString(value)} = {Convert.ToHexString(value)}");
}
