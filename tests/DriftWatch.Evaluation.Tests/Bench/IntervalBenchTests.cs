namespace DriftWatch.Evaluation.Bench;

public class IntervalBenchTests
{
    public static TheoryData<int> Places => [.. Enumerable.Range(0, IntervalBench.Cells.Count)];

    [Theory]
    [MemberData(nameof(Places))]
    public void The_intervals_of_gap_and_ECE_hold_the_truth_of_rare_events_and_rare_errors_too(int place)
    {
        const int Windows = 400;
        var seen = IntervalBench.Run(IntervalBench.Cells[place], Windows, 1);

        // Exact at .95, and at most 1 where a truth of 0 can only be missed from above.
        Assert.True(seen.Gap is >= (int)(0.93 * Windows) and <= (int)(0.998 * Windows), $"{seen}");
        Assert.True(seen.Ece >= 0.93 * Windows, $"{seen}");
        Assert.Equal(0, seen.Points);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void The_noise_floor_is_what_calibrated_claims_show_on_average(int place)
    {
        var cell = IntervalBench.Cells[place];
        if (cell.Tilt != 0) return;
        var seen = IntervalBench.Run(cell, 1000, 2);

        Assert.True(Math.Abs(seen.Shown - seen.Floor) <= (3.5 * seen.Error) + (0.02 * seen.Shown), $"{seen}");
    }
}
