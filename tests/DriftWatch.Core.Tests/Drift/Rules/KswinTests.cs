using System.Numerics;
using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Drift.Rules;

public class KswinTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public void The_exact_p_value_is_the_share_of_orderings_that_are_at_least_as_far_apart(int n)
    {
        int[] atLeast = new int[n + 2];
        int all = 0;
        for (uint ordering = 0; ordering < 1u << (2 * n); ordering++)
        {
            if (BitOperations.PopCount(ordering) != n) continue;
            all++;
            int distance = 0, greatest = 0;
            for (int i = 0; i < 2 * n; i++)
            {
                distance += (ordering >> i & 1) == 1 ? 1 : -1;
                greatest = Math.Max(greatest, Math.Abs(distance));
            }

            for (int steps = 0; steps <= greatest; steps++) atLeast[steps]++;
        }

        for (int steps = 0; steps <= n + 1; steps++) Assert.Equal((double)atLeast[steps] / all, Kswin.PValue(n, steps), 12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Where_all_older_values_are_drawn_the_statistic_is_the_test_written_out(ulong seed)
    {
        const int Half = 20;
        var rule = new Kswin(new() { WindowSize = 2 * Half, StatSize = Half, Alpha = 0 });
        var random = new SplitMix(seed);
        List<double> values = [];
        for (int i = 0; i < 3000; i++)
        {
            values.Add(random.Chance(0.5) ? random.Below(8) : (i / 500 * random.Unit()) + random.Unit()); // many ties
            rule.Update(values[^1]);
            if (values.Count < 2 * Half) continue;
            double[] older = [.. values[^(2 * Half)..^Half]], newest = [.. values[^Half..]];
            int steps = values.Max(at => Math.Abs(older.Count(x => x <= at) - newest.Count(x => x <= at)));
            double expected = steps > 2 ? -Math.Log(Kswin.PValue(Half, steps)) : 0;
            Assert.True(Math.Abs(expected - rule.Statistic) < 1e-12, $"seed {seed}, value {i}: {expected} {rule.Statistic}");
            if (values.Count > 200) values.RemoveRange(0, 100);
        }
    }

    [Fact]
    public void A_jump_is_found_within_its_newest_values_and_a_window_must_be_full_first()
    {
        var rule = new Kswin(new());
        var random = new SplitMix(3);
        for (int i = 0; i < 99; i++) Assert.Equal(RuleSignal.None, rule.Update(i < 50 ? 0 : 1000));
        rule = new Kswin(new() { Alpha = 1e-6 });
        for (int i = 0; i < 1000; i++) Assert.Equal(RuleSignal.None, rule.Update(random.Unit()));
        int after = 1;
        while (rule.Update(10 + random.Unit()) == RuleSignal.None) after++;

        Assert.InRange(after, 15, 30); // n·D = the newest values beyond the jump, and a few by chance
    }

    [Fact]
    public void Draws_depend_on_seed_and_position_only()
    {
        double[] values = [.. Enumerable.Range(0, 30_000).Select(i => new SplitMix((ulong)i).Unit())];
        List<int>[] changes = [Changes(42), Changes(42), Changes(43)];

        Assert.Equal(changes[0], changes[1]);
        Assert.NotEqual(changes[0], changes[2]);

        List<int> Changes(ulong seed)
        {
            var rule = new Kswin(new() { Seed = seed });
            return [.. Enumerable.Range(0, values.Length).Where(i => rule.Update(values[i]) == RuleSignal.Change)];
        }
    }

    [Fact]
    public void A_window_that_is_too_small_is_refused() =>
        Assert.Contains("60", Assert.Throws<ArgumentException>(() => new Kswin(new() { WindowSize = 60, StatSize = 31 })).Message, StringComparison.Ordinal);
}
