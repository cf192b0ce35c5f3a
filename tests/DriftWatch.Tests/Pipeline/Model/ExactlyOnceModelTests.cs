using System.Globalization;
using DriftWatch.Pipeline.Recovery;
using Xunit;

namespace DriftWatch.Pipeline;

/// <summary>The protocol of checkpoint and restore against the run that never crashes: the same state to the last bit, the same events, each once.</summary>
/// <remarks>500 histories in ten rows; <c>DRIFTWATCH_SEEDS=10000</c> for the long mode. A failure names its seed, and <c>DRIFTWATCH_SEED</c> begins with it.</remarks>
public sealed class ExactlyOnceModelTests(ITestOutputHelper output)
{
    private static readonly int Seeds = int.Parse(Environment.GetEnvironmentVariable("DRIFTWATCH_SEEDS") ?? "500", CultureInfo.InvariantCulture);

    private static readonly int First = int.Parse(Environment.GetEnvironmentVariable("DRIFTWATCH_SEED") ?? "0", CultureInfo.InvariantCulture);

    private const int Rows = 10;

    public static TheoryData<int> FirstSeeds => [.. Enumerable.Range(0, Rows).Select(row => First + (row * PerRow))];

    private static int PerRow => Math.Max(1, Seeds / Rows);

    /// <summary>Of all rows that have run. A rare mistake is met a few times in a row and told apart in fewer, so that each is, is a law of all rows together.</summary>
    private static readonly Dictionary<string, (int Caught, int Tried)> Told = WrongRestores.All.ToDictionary(wrong => wrong.Mistake, _ => (0, 0));

    private static int _rowsDone;

    [Theory, MemberData(nameof(FirstSeeds))]
    public void After_any_crash_the_state_is_that_of_the_run_that_never_crashed_and_every_wrong_restore_is_told_from_it(int first)
    {
        long crashes = 0, matched = 0, requests = 0;
        int turn = first; // another mistake meets the first restore of each row
        for (int seed = first; seed < first + PerRow; seed++)
        {
            using var world = new CrashWorld(seed);
            world.OnRestore = (checkpoint, expected) =>
            {
                // One of them each time, in turn: the histories are many. All of them in the long mode.
                for (int i = 0; i < (Seeds > 500 ? WrongRestores.All.Count : 1); i++)
                {
                    var (mistake, make) = WrongRestores.All[turn++ % WrongRestores.All.Count];
                    if (make(checkpoint) is not { } wrong) continue;
                    var (caught, tried) = Told[mistake];
                    Told[mistake] = (caught + (IsCaught(world, wrong, expected) ? 1 : 0), tried + 1);
                }
            };
            try
            {
                world.Run();
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Seed {seed}: {failure.Message}", failure);
            }

            (crashes, matched, requests) = (crashes + world.Crashes, matched + world.Matched, requests + world.Requests);
        }

        output.WriteLine($"{PerRow} histories, {crashes} crashes, {matched} pairs, {requests} requests");
        Assert.True(matched > 5 * PerRow && requests > 0 && crashes > PerRow, "The histories are too tame to show anything.");
        if (++_rowsDone < Rows) return;
        foreach (var (mistake, (caught, tried)) in Told) output.WriteLine($"caught {caught} of {tried}: {mistake}");
        Assert.All(Told, one => Assert.True(one.Value.Caught > 0, $"Nobody would notice: {one.Key}"));
    }

    private static bool IsCaught(CrashWorld world, CommittedCheckpoint wrong, SortedDictionary<string, string> expected)
    {
        try
        {
            var restored = world.Restored(wrong);
            restored["mismatches"] = "0"; // by what it comes to, not by what it says of itself
            return StateText.Difference(expected, restored) is not null;
        }
        catch (Exception noticed) when (noticed is StartRefusedException or RestoreTrippedException)
        {
            return true;
        }
    }
}
