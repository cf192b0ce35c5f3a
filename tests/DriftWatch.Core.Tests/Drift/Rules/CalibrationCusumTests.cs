using DriftWatch.Core.State;
using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Drift.Rules;

public class CalibrationCusumTests
{
    [Theory]
    [InlineData(1.5, 1, true)]
    [InlineData(1, 0.6, true)]
    [InlineData(0.7, 1.3, false)]
    public void The_statistic_is_the_greatest_log_likelihood_ratio_of_a_change_that_came_at_any_moment(double delta, double gamma, bool twoSided)
    {
        var random = new SplitMix(3);
        var rule = new CalibrationCusum(new() { Delta = delta, Gamma = gamma, TwoSided = twoSided, Every = 1, RunLength = 100, Paths = 100 });
        List<(double P, bool Y)> seen = [];
        int alarms = 0;
        for (int i = 0; i < 500; i++)
        {
            double p = 0.01 + (0.98 * random.Unit());
            seen.Add((p, random.Chance(i < 250 ? p : Alternative(p, 3, 1))));
            var signal = rule.Update(seen[^1].P, seen[^1].Y);

            double best = Best(delta, gamma);
            if (twoSided) best = Math.Max(best, Best(1 / delta, 1 / gamma));
            Assert.Equal(best, rule.Chart!.Value.Statistic, 9);
            if (signal != RuleSignal.Change) continue;
            seen.Clear();
            alarms++;
        }

        Assert.InRange(alarms, 1, 100);

        double Best(double d, double g) => Enumerable.Range(0, seen.Count + 1).Max(from => seen.Skip(from).Sum(pair =>
            pair.Y ? Math.Log(Alternative(pair.P, d, g) / pair.P) : Math.Log((1 - Alternative(pair.P, d, g)) / (1 - pair.P))));
    }

    /// <summary>Every outcome that twelve claims can have, with its chance: what the sums of a calibrated model can be, without drawing any.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_first_limit_leaves_as_much_above_it_as_all_possible_outcomes_say(ulong seed)
    {
        const int Length = 12;
        const double Alpha = 0.05;
        var random = new SplitMix(seed);
        double[] claims = [.. Enumerable.Range(0, Length).Select(_ => 0.1 + (0.8 * random.Unit()))];
        var rule = new CalibrationCusum(new() { Delta = 2, Every = Length, RunLength = (int)(Length / Alpha), Paths = 10_000 });
        foreach (double p in claims) rule.Update(p, outcome: false);
        double limit = rule.Chart!.Value.Limit;

        double above = 0, reached = 0;
        for (int outcomes = 0; outcomes < 1 << Length; outcomes++)
        {
            double chance = 1, up = 0, down = 0;
            for (int i = 0; i < Length; i++)
            {
                bool y = (outcomes >> i & 1) == 1;
                double p = claims[i];
                chance *= y ? p : 1 - p;
                up = Math.Max(0, up + LogRatio(p, y, 2));
                down = Math.Max(0, down + LogRatio(p, y, 0.5));
            }

            double value = Math.Max(up, down);
            if (value > limit + 1e-9) above += chance;
            if (value >= limit - 1e-9) reached += chance;
        }

        // Three standard errors of a share of 10 000 paths.
        double error = 3 * Math.Sqrt(Alpha * (1 - Alpha) / 10_000);
        Assert.True(above <= Alpha + error && reached >= Alpha - error, $"seed {seed}: {above} above, {reached} at least");
    }

    /// <summary>Whatever the claims are and however long the last alarm is ago: that is what the limits are dynamic for.</summary>
    [Theory]
    [InlineData("even claims", 21)]
    [InlineData("rare claims", 22)]
    [InlineData("claims that change", 23)]
    public void A_calibrated_series_alarms_at_any_look_with_the_chance_that_is_stated(string claims, ulong seed)
    {
        var options = new CalibrationCusumOptions { Every = 20, RunLength = 1000, Paths = 200 }; // 4 of 201
        var random = new SplitMix(seed);
        var rule = new CalibrationCusum(options);
        int[] looks = new int[3], alarms = new int[3];
        for (int i = 0, age = 1; i < 20 * 20_000; i++)
        {
            double p = claims switch
            {
                "even claims" => 0.05 + (0.9 * random.Unit()),
                "rare claims" => 0.02 + (0.06 * random.Unit()),
                _ => i / 3000 % 2 == 0 ? 0.02 + (0.1 * random.Unit()) : 0.4 + (0.3 * random.Unit()),
            };
            var signal = rule.Update(p, random.Chance(p));
            if ((i + 1) % options.Every != 0) continue;
            int which = age <= 10 ? 0 : age <= 40 ? 1 : 2;
            looks[which]++;
            age = signal == RuleSignal.Change ? 1 : age + 1;
            if (age == 1) alarms[which]++;
        }

        double[] rates = [.. looks.Zip(alarms, (look, alarm) => (double)alarm / look)];
        string said = $"seed {seed}: {string.Join(", ", rates.Zip(looks, (rate, look) => $"{rate:0.0000} of {look} looks"))}";
        TestContext.Current.TestOutputHelper?.WriteLine(said);
        double stated = 4.0 / 201;
        for (int i = 0; i < rates.Length; i++)
        {
            double error = 4 * Math.Sqrt(stated / looks[i]);
            Assert.True(rates[i] <= stated + error && rates[i] >= (stated * 0.8) - error, said);
        }
    }

    [Theory]
    [InlineData(1.5, 1, true, 1.5, 1, true)]
    [InlineData(1.5, 1, true, 0.6, 1, true)] // the opposite
    [InlineData(1.5, 1, false, 0.6, 1, false)] // which is not looked for
    [InlineData(1.5, 1, true, 1, 0.6, false)] // too extreme on both sides: for a δ alone that cancels
    [InlineData(1, 0.7, true, 1, 0.6, true)]
    [InlineData(1, 0.7, true, 1, 1.6, true)]
    public void It_finds_the_drift_that_it_looks_for(double delta, double gamma, bool twoSided, double trueDelta, double trueGamma, bool finds)
    {
        int found = 0;
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var random = new SplitMix(seed);
            var rule = new CalibrationCusum(new() { Delta = delta, Gamma = gamma, TwoSided = twoSided, Seed = (int)seed });
            for (int i = 0; i < 5000; i++)
            {
                double p = random.Unit();
                bool drifted = i >= 2000;
                if (rule.Update(p, random.Chance(drifted ? Alternative(p, trueDelta, trueGamma) : p)) == RuleSignal.Change && drifted)
                {
                    found++;
                    break;
                }
            }
        }

        Assert.True(finds ? found == 10 : found <= 2, $"{found} of 10");
    }

    /// <summary>Made by a program of its own in another language, which sorts, and works with probabilities instead of log-odds.</summary>
    [Fact]
    public void Looks_and_alarms_are_those_of_an_independent_program()
    {
        var both = Looks(new() { Delta = 1.5, Every = 20, RunLength = 2000, Paths = 200, Seed = 3 });
        Assert.Equal([579, 679, 719, 779, 839, 939, 999, 1039, 1139, 1159], both.Where(look => look.Alarm).Select(look => look.At));
        Assert.Equal([0.3001806391, 0.5176262371, 0.8072277194], both.Take(3).Select(look => Math.Round(look.Evidence, 10)));
        Assert.Equal([1.851790044, 2.4039293354, 2.6256241109], both.Take(3).Select(look => Math.Round(look.Limit, 10)));
        Assert.Equal([4.0261244383, 4.2751849318, 3.8086780775], both[19..22].Select(look => Math.Round(look.Limit, 10)));
        Assert.Equal([1.7713566591, 1.8099806589, 2.5068455536], both[^3..].Select(look => Math.Round(look.Limit, 10)));

        var one = Looks(new() { Delta = 1, Gamma = 0.6, TwoSided = false, Every = 30, RunLength = 600, Paths = 151, Seed = 11 });
        Assert.Equal([179, 1019], one.Where(look => look.Alarm).Select(look => look.At));
        Assert.Equal([0.5159302717, 1.2322053505, 0.0835005368], one.Take(3).Select(look => Math.Round(look.Evidence, 10)));
        Assert.Equal([2.3816509243, 2.2425280158, 2.3252553385], one[19..22].Select(look => Math.Round(look.Limit, 10)));
        Assert.Equal([2.0381705317, 1.852387419, 1.8169778069], one[^3..].Select(look => Math.Round(look.Limit, 10)));

        static List<(int At, double Evidence, double Limit, bool Alarm)> Looks(CalibrationCusumOptions options)
        {
            var random = new SplitMix(7);
            var rule = new CalibrationCusum(options);
            List<(int, double, double, bool)> looks = [];
            for (int i = 0; i < 1200; i++)
            {
                double p = 0.02 + (0.96 * random.Unit());
                bool alarm = rule.Update(p, random.Chance(i < 600 ? p : Alternative(p, 2.5, 1))) == RuleSignal.Change;
                if ((i + 1) % options.Every == 0) looks.Add((i, rule.Chart!.Value.Statistic, rule.Chart.Value.Limit, alarm));
            }

            return looks;
        }
    }

    [Fact]
    public void Certainty_that_fails_is_no_infinite_evidence_and_breaks_nothing()
    {
        var rule = new CalibrationCusum(new() { Delta = 2, Gamma = 0.5, Every = 1, RunLength = 100, Paths = 100 });
        for (int i = 0; i < 300; i++)
        {
            rule.Update(i % 3 == 0 ? 0 : 1, i % 5 == 0);
            Assert.True(double.IsFinite(rule.Chart!.Value.Statistic) && double.IsFinite(rule.Chart.Value.Limit));
        }
    }

    [Fact]
    public void State_is_two_numbers_a_path_and_a_few_more() =>
        Assert.InRange(StateExchange.Write(new CalibrationCusum(new())).Length, 16_000, 16_100);

    [Theory]
    [InlineData(1, 1, 100, 1000, 100_000, "delta")]
    [InlineData(2, 1, 100, 1000, 100_001, "runLength")]
    [InlineData(2, 1, 100, 1000, 100, "every")]
    public void Parameters_that_cannot_do_what_they_state_are_refused(double delta, double gamma, int every, int paths, int runLength, string parameter)
    {
        var options = new CalibrationCusumOptions { Delta = delta, Gamma = gamma, Every = every, Paths = paths, RunLength = runLength };

        Assert.Equal(parameter, CalibrationCusum.Row.Section.Fault(options)?.Parameter);
        Assert.Throws<ArgumentException>(() => new CalibrationCusum(options));
    }

    // Linear in log-odds, as the paper writes it.
    private static double Alternative(double p, double delta, double gamma)
    {
        double odds = delta * Math.Pow(p, gamma);
        return odds / (odds + Math.Pow(1 - p, gamma));
    }

    private static double LogRatio(double p, bool y, double delta) =>
        y ? Math.Log(Alternative(p, delta, 1) / p) : Math.Log((1 - Alternative(p, delta, 1)) / (1 - p));
}
