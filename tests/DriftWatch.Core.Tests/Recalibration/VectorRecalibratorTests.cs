using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Recalibration;

public class VectorRecalibratorTests
{
    [Fact]
    public void One_temperature_for_all_classes()
    {
        var answer = Recalibrator.Recommend(Draw(31, 4000, logits => [.. logits.Select(logit => logit / 1.7)]), new());
        Assert.Equal(Verdict.Accept, answer.Verdict);
        Assert.Equal(MapMethod.Temperature, answer.Chosen!.Method);
        Assert.Equal(1 / 1.7, ((VectorMap)answer.Chosen.Map!).Slopes[0], 0.05);
        Assert.True(answer.Chosen.Map!.KeepsOrder);
    }

    [Fact]
    public void A_class_that_became_frequent_takes_vector_scaling_and_decisions_are_counted()
    {
        var answer = Recalibrator.Recommend(Draw(32, 4000, logits => [logits[0], logits[1] + 1.5, logits[2]]), new());
        Assert.Equal(Verdict.Accept, answer.Verdict);
        Assert.Equal(MapMethod.Vector, answer.Chosen!.Method);
        var map = (VectorMap)answer.Chosen.Map!;
        Assert.Equal(1.5, map.Intercepts[1] - map.Intercepts[2], 0.2);
        Assert.Contains("McNemar", answer.Chosen.Conditions.Single(condition => condition.Name == "discrimination").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Vectors_that_hold_are_kept() => Assert.Equal(Verdict.Keep, Recalibrator.Recommend(Draw(33, 3000, logits => logits), new()).Verdict);

    [Fact]
    public void A_part_has_the_vectors_of_the_whole_and_is_fitted_as_if_they_were_its_own()
    {
        var whole = Draw(34, 2000, logits => logits);
        var (part, copy) = (whole.Fold(1), new VectorSet(3, capacity: 1000));
        for (int row = 0; row < part.Rows.Count; row++) copy.AddToFold(1, part[row], part.Rows[row].Actual, part.Rows[row].Weight, part.Rows[row].Block);

        Assert.InRange(part.Rows.Count, 900, 1100);
        Assert.All(part.Rows, row => Assert.Equal(1, row.Fold));
        Assert.Equal(((VectorMap)VectorTemperatureFit.Of(copy).Map!).Slopes, ((VectorMap)VectorTemperatureFit.Of(part).Map!).Slopes);
        Assert.Equal(((VectorMap)VectorScalingFit.Of(copy).Map!).Intercepts, ((VectorMap)VectorScalingFit.Of(part).Map!).Intercepts);
        Assert.Throws<InvalidOperationException>(() => part.Add(1, [.2, .3, .5], 0));
        // What was reckoned of it does not outlive a row that is added.
        whole.AddToFold(1, [.2, .3, .5], 2);
        Assert.Equal(2001, whole.Rows.Count);
        Assert.NotEqual(((VectorMap)VectorTemperatureFit.Of(whole.Fold(1)).Map!).Slopes[0], ((VectorMap)VectorTemperatureFit.Of(part).Map!).Slopes[0]);
    }

    private static VectorSet Draw(ulong seed, int count, Func<double[], double[]> truth)
    {
        var random = new SplitMix(seed);
        var set = new VectorSet(3);
        for (int i = 0; i < count; i++)
        {
            double[] logits = [2 * random.Normal(), 2 * random.Normal(), 2 * random.Normal()];
            double[] chances = Softmax(truth(logits));
            double draw = random.Unit();
            set.Add((ulong)i, Softmax(logits), draw < chances[0] ? 0 : draw < chances[0] + chances[1] ? 1 : 2);
        }

        return set;
    }

    private static double[] Softmax(double[] logits)
    {
        double sum = logits.Sum(Math.Exp);
        return [.. logits.Select(logit => Math.Exp(logit) / sum)];
    }
}
