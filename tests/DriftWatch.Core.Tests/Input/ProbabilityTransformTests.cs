using System.Globalization;
using System.Text;
using Xunit;

namespace DriftWatch.Core.Input;

/// <summary>What is sent in the place of probabilities.</summary>
public sealed class ProbabilityTransformTests
{
    private const string Rest = "\"id\":\"a\",\"model\":\"m\",\"timestamp\":1763719200000";

    [Theory]
    [InlineData(ProbabilityTransform.Exp, "0", 1)]
    [InlineData(ProbabilityTransform.Exp, "-0.0", 1)]
    [InlineData(ProbabilityTransform.Exp, "-0.6931471805599453", 0.5)]
    [InlineData(ProbabilityTransform.Exp, "-9999.0", 0)]
    [InlineData(ProbabilityTransform.Sigmoid, "0", 0.5)]
    [InlineData(ProbabilityTransform.Sigmoid, "1e9", 1)]
    [InlineData(ProbabilityTransform.Sigmoid, "-1e9", 0)]
    [InlineData(ProbabilityTransform.Percent, "93.7", 0.937)]
    [InlineData(ProbabilityTransform.Percent, "100", 1)]
    [InlineData(ProbabilityTransform.Percent, "1e2", 1)]
    [InlineData(ProbabilityTransform.Percent, "0.07", 0.0007)]
    [InlineData(ProbabilityTransform.Percent, "1e-300", 1e-302)]
    [InlineData(ProbabilityTransform.OneMinus, "0.9", 0.1)]
    [InlineData(ProbabilityTransform.OneMinus, "1", 0)]
    [InlineData(ProbabilityTransform.OneMinus, "0", 1)]
    [InlineData(ProbabilityTransform.OneMinus, "1e-30", 1)]
    public void What_is_sent_becomes_a_probability_in_every_form(ProbabilityTransform transform, string sent, double probability)
    {
        var records = new Records(new FieldMapping { Transform = transform });

        Assert.Equal((RejectReason.None, probability), Confidence(records.Prediction($$"""{{{Rest}},"probability":{{sent}}}""")));
        Assert.Equal((RejectReason.None, probability), Confidence(records.Prediction($$"""{{{Rest}},"predicted":"cat","confidence":{{sent}}}""")));
        // A header has no type, a column of numbers no text.
        var header = new Records(new FieldMapping { Transform = transform, [FieldName.Probability] = "header:p" });
        Assert.Equal((RejectReason.None, probability), Confidence(header.Prediction($$"""{{{Rest}}}""", header: sent)));
    }

    [Theory]
    [InlineData(ProbabilityTransform.Exp, "0.1", "a log probability: a number of at most 0 (transform exp), found 0.1")]
    [InlineData(ProbabilityTransform.Exp, "\"x\"", "a log probability: a number of at most 0 (transform exp), found x")]
    [InlineData(ProbabilityTransform.Sigmoid, "1e999", "a logit: a finite number (transform sigmoid), found 1e999")]
    [InlineData(ProbabilityTransform.Sigmoid, "NaN", "a logit: a finite number (transform sigmoid), found NaN")]
    [InlineData(ProbabilityTransform.Percent, "100.1", "a number from 0 to 100 (transform percent), found 100.1")]
    [InlineData(ProbabilityTransform.Percent, "-1", "a number from 0 to 100 (transform percent), found -1")]
    [InlineData(ProbabilityTransform.OneMinus, "1.5", "a number from 0 to 1 (transform one-minus), found 1.5")]
    public void What_becomes_none_is_told_with_the_transform(ProbabilityTransform transform, string sent, string fault)
    {
        var records = new Records(new FieldMapping { Transform = transform });

        Assert.NotEqual(RejectReason.None, records.Prediction($$"""{{{Rest}},"probability":{{sent}}}""").Reason);
        Assert.Equal($"/probability: expected {fault}", records.Reader.LastFault);
        Assert.NotEqual(RejectReason.None, records.Prediction($$"""{{{Rest}},"probabilities":[{{sent}}]}""").Reason);
        Assert.Equal($"/probabilities: expected only numbers that are each {fault}", records.Reader.LastFault);
    }

    [Fact]
    public void Vectors_are_transformed_class_by_class_and_have_to_sum_to_one_afterwards()
    {
        var logs = new Records(new FieldMapping { Transform = ProbabilityTransform.Exp });

        Assert.Equal((RejectReason.None, 0.75), Confidence(logs.Prediction(FormattableString.Invariant($$"""{{{Rest}},"probabilities":{"cat":{{Math.Log(0.25)}},"dog":{{Math.Log(0.75)}} } }"""))));
        Assert.Equal(RejectReason.ProbabilitySum, logs.Prediction($$"""{{{Rest}},"probabilities":{"cat":-1,"dog":-1} }""").Reason);
        Assert.Equal((RejectReason.None, 0.91), Confidence(new Records(new FieldMapping { Transform = ProbabilityTransform.Percent }).Prediction($$"""{{{Rest}},"probabilities":[9,91]}""")));
    }

    /// <summary>The oracle: decimals that are shifted or taken from one by hand, as text.</summary>
    [Fact]
    public void Decimals_come_out_as_the_nearest_double_of_the_decimal_that_they_mean()
    {
        var (percent, opposite) = (new Records(new FieldMapping { Transform = ProbabilityTransform.Percent }), new Records(new FieldMapping { Transform = ProbabilityTransform.OneMinus }));
        for (int i = 0; i <= 100_000; i += 7)
        {
            string digits = i.ToString("D6", CultureInfo.InvariantCulture), rest = (100_000 - i).ToString("D6", CultureInfo.InvariantCulture);
            string share = $"{digits[..1]}.{digits[1..]}", whole = (i / 1000).ToString(CultureInfo.InvariantCulture) + "." + digits[3..];

            Assert.Equal((RejectReason.None, double.Parse(share, CultureInfo.InvariantCulture)), Confidence(percent.Prediction($$"""{{{Rest}},"probability":{{whole}}}""")));
            Assert.Equal((RejectReason.None, double.Parse($"{rest[..1]}.{rest[1..]}", CultureInfo.InvariantCulture)), Confidence(opposite.Prediction($$"""{{{Rest}},"probability":{{share}}}""")));
        }
    }

    /// <summary>Models of other kinds are told as such, to the reader of the dead letter and without the record to the log.</summary>
    [Theory]
    [InlineData("\"probability\":41.7", "/probability: expected a number from 0 to 1: DriftWatch watches probabilities of outcomes, not regression or ranking (a log probability, logit or percentage needs transform)", ", found 41.7")]
    [InlineData("\"probability\":-0.4", "/probability: expected a number from 0 to 1: DriftWatch watches probabilities of outcomes, not regression or ranking (a log probability, logit or percentage needs transform)", ", found -0.4")]
    [InlineData("\"probability\":1.0000001", "/probability: expected a number from 0 to 1", ", found 1.0000001")]
    [InlineData("\"probabilities\":[0.12,-0.4,0.31]", "/probabilities: expected only numbers from 0 to 1: DriftWatch watches probabilities of classes, not embeddings, logits or scores of a ranking", ", found -0.4")]
    [InlineData("\"predicted\":\"A long answer.\"", "/confidence: expected the confidence of the predicted class: a class or text without one claims nothing", "")]
    public void Records_of_other_kinds_of_model_are_named_as_such(string claim, string forLogs, string found)
    {
        var records = new Records();

        Assert.NotEqual(RejectReason.None, records.Prediction($$"""{{{Rest}},{{claim}}}""").Reason);
        Assert.Equal((forLogs + found, forLogs), (records.Reader.LastFault, records.Reader.LastFaultForLogs));
    }

    [Fact]
    public void Every_transform_has_a_word_and_says_what_it_expects()
    {
        Assert.Equal(Enum.GetValues<ProbabilityTransform>(), ProbabilityTransforms.Words.Select(one => one.Transform));
        Assert.All(ProbabilityTransforms.Words.Skip(1), one => Assert.Contains($"transform {one.Word}", one.Transform.Expected(), StringComparison.Ordinal));
        // The number of a column comes to the same as its text.
        Assert.All(ProbabilityTransforms.Words, one => Assert.Equal(one.Transform.Of(-0.25), one.Transform.Of(Encoding.UTF8.GetBytes("-0.25"), -0.25), 1e-15));
    }

    private static (RejectReason, double) Confidence((RejectReason Reason, Prediction Prediction) read) => (read.Reason, read.Prediction.Confidence);
}
