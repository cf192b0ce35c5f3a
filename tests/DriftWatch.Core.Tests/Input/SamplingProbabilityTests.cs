using DriftWatch.Core.Series;
using Xunit;

namespace DriftWatch.Core.Input;

/// <summary>With what probability a label is asked for: read where it is one, else the record is refused, for it would count for one where it stands for many.</summary>
public class SamplingProbabilityTests
{
    private const string Time = "1795255200000";
    private readonly Records _records = new();

    [Theory]
    [InlineData("1", 1), InlineData("0.05", 20), InlineData("1e-2", 100), InlineData("0.5", 2), InlineData("0.000001", 1e6)]
    public void A_label_stands_for_as_many_predictions_as_its_probability_says(string written, double weight)
    {
        var (reason, prediction) = _records.Prediction($$"""{"id":"a","model":"m","timestamp":{{Time}},"probability":0.25,"samplingProbability":{{written}}}""");
        Assert.Equal((RejectReason.None, true), (reason, prediction.Weight.IsStated));
        Assert.Equal(weight, prediction.Weight.Value, weight * 1e-7);

        (reason, var label) = _records.Label($$"""{"id":"a","timestamp":{{Time}},"label":1,"samplingProbability":{{written}}}""");
        Assert.Equal(RejectReason.None, reason);
        Assert.Equal(prediction.Weight, label.Weight);
    }

    [Theory]
    [InlineData("0"), InlineData("-0.1"), InlineData("1.0000001"), InlineData("5"), InlineData("NaN"), InlineData("1e-7"), InlineData("\"0.5\""), InlineData("true"), InlineData("[0.5]"), InlineData("\"\"")]
    public void What_is_no_such_probability_refuses_the_record_with_its_place_and_what_to_do(string written)
    {
        Assert.Equal(RejectReason.SamplingProbability, _records.Prediction($$"""{"id":"a","model":"m","timestamp":{{Time}},"probability":0.25,"samplingProbability":{{written}}}""").Reason);
        Assert.Contains("/samplingProbability: expected the probability of being labeled, from 0.000001 to 1 (leave it out", _records.Reader.LastFault);
        Assert.Equal(RejectReason.SamplingProbability, _records.Label($$"""{"id":"a","timestamp":{{Time}},"label":1,"samplingProbability":{{written}}}""").Reason);
    }

    [Fact]
    public void A_record_without_one_says_nothing_and_counts_as_one()
    {
        foreach (string rest in (string[])["", ",\"samplingProbability\":null"])
        {
            var (reason, prediction) = _records.Prediction($$"""{"id":"a","model":"m","timestamp":{{Time}},"probability":0.25{{rest}}}""");
            Assert.Equal((RejectReason.None, false, 1.0), (reason, prediction.Weight.IsStated, prediction.Weight.Value));
        }
    }

    [Theory]
    [InlineData("constant:0.05"), InlineData("header:sampling"), InlineData("/meta/pi"), InlineData("key/pi")]
    public void It_stands_where_the_mapping_says(string place)
    {
        var records = new Records(new FieldMapping { [FieldName.SamplingProbability] = place });
        byte[] record = """{"id":"a","model":"m","timestamp":1795255200000,"probability":0.5,"samplingProbability":"not looked at","meta":{"pi":0.05}}"""u8.ToArray();
        var view = new RecordView { Value = record, KafkaTimestamp = -1, Key = """{"pi":0.05}"""u8, Headers = new GivenHeaders("0.05") };

        Assert.Equal(RejectReason.None, records.Reader.ReadPrediction(view, Records.Now, out var prediction));
        Assert.Equal(20, prediction.Weight.Value);
    }

    [Fact]
    public void The_probability_of_the_label_counts_before_that_of_the_prediction()
    {
        var (half, fifth) = (SamplingWeight.Of(0.5), SamplingWeight.Of(0.2));

        Assert.Equal(2, half.Or(fifth).Value);
        Assert.Equal(1, SamplingWeight.Of(1).Or(fifth).Value);
        Assert.Equal(5, default(SamplingWeight).Or(fifth).Value);
    }
}
