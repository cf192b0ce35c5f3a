using Xunit;

namespace DriftWatch.Recalibrating;

/// <summary>What goes and what stays, held against the rule as it is written down.</summary>
public sealed class RetentionPolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Named_sets_stay_old_ones_go_and_of_the_rest_the_oldest_until_it_fits()
    {
        StoredSet[] sets = [Set("a", 500, 100), Set("b", 401, 100), Set("c", 399, 100), Set("d", 3, 100), Set("e", 2, 100), Set("f", 1, 100)];

        Assert.Equal(["b"], Gone(sets, ["a"], maxBytes: 500));
        Assert.Equal(["b", "c"], Gone(sets, ["a"], maxBytes: 499));
        Assert.Equal(["b", "c", "e"], Gone(sets, ["a", "d"], maxBytes: 300));
        // All that may go is gone, and what is named is more than the limit still.
        Assert.Equal(["b", "c", "e", "f"], Gone(sets, ["a", "d"], maxBytes: 10));
        Assert.Empty(Gone([], [], maxBytes: 1));
        var why = RetentionPolicy.OfSets(sets, new HashSet<string> { "a" }, new(TimeSpan.FromDays(400), 499), Now);
        Assert.Equal(["older than recalibration.keep, 400d", "all sets together were 600 bytes, recalibration.maxSetMegabytes is 0"], why.Select(removal => removal.Why));
    }

    [Fact]
    public void Whatever_there_is_the_rule_holds()
    {
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int round = 0; round < 2000; round++)
        {
            StoredSet[] sets = [.. Enumerable.Range(0, random.Next(12)).Select(i => Set($"s{i}", random.Next(10), random.Next(1, 50)))];
            var named = sets.Where(_ => random.Next(4) == 0).Select(set => set.Checksum).ToHashSet();
            var terms = new RetentionTerms(TimeSpan.FromDays(random.Next(1, 12)), random.Next(1, 300));

            var gone = RetentionPolicy.OfSets(sets, named, terms, Now).Select(removal => removal.What).ToList();
            var stay = sets.Except(gone).ToList();

            Assert.DoesNotContain(gone, set => named.Contains(set.Checksum));
            Assert.DoesNotContain(stay, set => !named.Contains(set.Checksum) && Now - set.File.Written > terms.Keep);
            Assert.True(stay.Sum(set => set.File.Bytes) <= terms.MaxBytes || stay.TrueForAll(set => named.Contains(set.Checksum)), $"seed {seed}, round {round}");
            // No younger one goes before an older one, and none that had room.
            var free = stay.Where(set => !named.Contains(set.Checksum)).ToList();
            Assert.True(free.Count == 0 || gone.TrueForAll(set => set.File.Written <= free.Min(one => one.File.Written)), $"seed {seed}, round {round}");
            var young = gone.Where(set => Now - set.File.Written <= terms.Keep).ToList();
            if (young.Count > 0) Assert.True(stay.Sum(set => set.File.Bytes) + young.MaxBy(set => (set.File.Written, set.Checksum)).File.Bytes > terms.MaxBytes, $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void The_current_map_and_the_one_before_it_stay_however_old()
    {
        StoredMap[] maps = [Map("1-00000001", 900), Map("2-00000002", 800), Map("3-00000003", 700), Map("4-00000004", 600), Map("4-000000ff", 500), Map("5-00000005", 1)];

        Assert.Equal(["1-00000001", "2-00000002", "4-000000ff"], Gone("4-00000004"));
        // A series whose folder names none keeps what is young.
        Assert.Equal(["1-00000001", "2-00000002", "3-00000003", "4-00000004", "4-000000ff"], Gone(null));
        Assert.Equal(["1-00000001", "2-00000002", "3-00000003"], Gone("5-00000005"));

        List<string> Gone(string? current) => [.. RetentionPolicy.OfMaps(maps, current, new(TimeSpan.FromDays(400), 1), Now).Select(removal => removal.What.Name)];
    }

    [Theory]
    [InlineData("fraud/7/1-0a1b2c3d/map.json", "fraud/7", "1-0a1b2c3d")]
    [InlineData("fraud/7/region=eu/12-0a1b2c3d/triton/x/1/model.onnx", "fraud/7/region=eu", "12-0a1b2c3d")]
    [InlineData("fraud/1-0a1b2c3d/2-ffffffff/map.json", "fraud/1-0a1b2c3d", "2-ffffffff")]
    [InlineData("m/%/1-0a1b2c3d/map.json", "m/%", "1-0a1b2c3d")]
    [InlineData("fraud/7/current", null, null)]
    [InlineData("fraud/7/.1-0a1b2c3d.part/map.json", null, null)]
    [InlineData("sets/0a1b.arrow", null, null)]
    [InlineData("fraud/7/notes/1-0a1b2c3d/map.json", null, null)]
    public void A_map_is_a_folder_that_is_named_as_one(string key, string? series, string? name)
    {
        var map = StoredMap.Among([new(key, 1, Now)]).SingleOrDefault();

        Assert.Equal((series, name), (map?.Series, map?.Name));
    }

    private static string[] Gone(StoredSet[] sets, string[] named, long maxBytes) => [.. RetentionPolicy.OfSets(sets, named.ToHashSet(), new(TimeSpan.FromDays(400), maxBytes), Now).Select(removal => removal.What.Checksum)];

    private static StoredSet Set(string name, int days, long bytes) => new(new($"{name}.arrow", bytes, Now - TimeSpan.FromDays(days)), name);

    private static StoredMap Map(string name, int days) => new("fraud/7", name, [new($"fraud/7/{name}/map.json", 1, Now - TimeSpan.FromDays(days))]);
}
