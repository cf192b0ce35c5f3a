using Xunit;

namespace DriftWatch.Core.Monitoring;

public class LabelLooksTests
{
    [Theory]
    [InlineData("fraud", "Fraud")]
    [InlineData("fraud", "FRAUD")]
    [InlineData("is_fraud", "is fraud")]
    [InlineData("charge-back", "ChargeBack")]
    [InlineData("1", "yes")]
    [InlineData("1", "Y")]
    [InlineData("yes", "1")]
    [InlineData("Yes", "positive")]
    [InlineData("fraud", "frand")]
    [InlineData("fraud", "fruad")]
    [InlineData("approve", "approved")]
    [InlineData("chargeback", "chargbak")]
    public void A_label_looks_like_the_positive_one(string positive, string label) => Assert.Equal(LabelLook.Positive, LabelLooks.Of(positive, label));

    [Theory]
    [InlineData("1", "-1")]
    [InlineData("-1", "1")]
    [InlineData("1", "0")]
    [InlineData("1", "2")]
    [InlineData("1", "no")]
    [InlineData("fraud", "legit")]
    [InlineData("fraud", "not fraud")]
    [InlineData("typical", "atypical")]
    [InlineData("delivered", "undelivered")]
    [InlineData("class_a", "class_b")]
    [InlineData("grade 1", "grade 2")]
    [InlineData("cat", "bat")]
    [InlineData("fraud", "fraud2")]
    [InlineData("+", "-")]
    [InlineData("yes", "none")]
    public void A_label_is_one_of_its_own(string positive, string label) => Assert.Equal(LabelLook.Plain, LabelLooks.Of(positive, label));

    [Theory]
    [InlineData("nan")]
    [InlineData("None")]
    [InlineData("N/A")]
    public void A_label_looks_like_none(string label) => Assert.Equal(LabelLook.Missing, LabelLooks.Of("fraud", label));
}
