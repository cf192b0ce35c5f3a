using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Checkpoints;

public sealed class FormerDependenceTests
{
    [Fact]
    public void What_was_kept_of_dependence_before_is_passed_over_to_the_byte()
    {
        // As the version before wrote it: five scales, the factor; blocks of the past, of today, of the block; what belongs to them.
        var written = StateExchange.Write(new Former());
        var state = StateExchange.Reading(written);
        FormerDependence.SkipScales(state);
        FormerDependence.SkipBlocks(state);
        state.Mark("after");
        state.AssertEnd();
    }

    private sealed class Former : IKeepsState
    {
        public void Exchange(StateExchange state)
        {
            foreach (int total in (int[])[0, 3, 60, 61, 1000])
            {
                state.KeptWithin((long)total, 0, long.MaxValue, "a number of stretches");
                state.Exchange(new float[Math.Min(total, 60)]);
                state.Kept(total == 0 ? (EventTime?)null : new EventTime(86_400_000));
                state.Kept(1.5);
                state.Kept(2.5);
                state.Kept(TimeSpan.FromHours(1));
            }

            state.Kept((double?)1.25);
            state.Kept(true);
            state.KeptWithin(2, 0, 128, "base blocks of the past");
            for (int i = 0; i < 2; i++)
            {
                state.Kept(new EventTime(i * 86_400_000L));
                for (int k = 0; k < 4; k++) state.Kept(k + 0.5);
            }

            for (int i = 0; i < 2; i++)
            {
                state.Kept(1200L);
                for (int k = 0; k < 3 + 14; k++) state.Kept(k + 0.25);
            }

            state.Kept((EventTime?)new EventTime(172_800_000));
            state.Kept((EventTime?)null);
            state.KeptWithin(2, 0, 3, "a length of blocks");
            state.Kept((double?)0.1);
            state.Kept((double?)null);
            state.Kept((double?)0.02);
            state.Kept((double?)null);
            state.Mark("after");
        }
    }
}
