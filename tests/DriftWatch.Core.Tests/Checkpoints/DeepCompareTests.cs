using System.Collections.Immutable;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Checkpoints;

public class DeepCompareTests
{
    private sealed class Part : IKeepsState
    {
        public int Number;

        public void Exchange(StateExchange state) => state.Exchange(ref Number);
    }

    private abstract class Root
    {
        private double _hidden;

        public double Hidden
        {
            set => _hidden = value;
        }

        public override string ToString() => $"{_hidden}";
    }

    private sealed class Whole(int option) : Root
    {
        public int Option => option;

        public string? Text { get; set; } = "text";

        public List<(long, double)> Many { get; } = [(1, 2)];

        public Dictionary<string, Part> Named { get; } = new() { ["a"] = new Part { Number = 1 } };

        public HashSet<int> Set { get; } = [1, 2, 3];

        public int[][] Jagged { get; } = [[1], [2, 3]];

        public ImmutableArray<Part> Immutable { get; set; }

        public EventTime? Time { get; set; } = new EventTime(5);

        public Part First { get; set; } = new();

        public Part? Second { get; set; }

        public Action? Told { get; set; }
    }

    [Fact]
    public void Two_that_were_made_alike_do_not_differ() => Assert.Empty(DeepCompare.Differences(new Whole(1), new Whole(1)));

    [Fact]
    public void Every_change_is_found_and_named()
    {
        (string Field, Action<Whole> Change)[] changes =
        [
            ("Whole.Text", whole => whole.Text = null),
            ("Root._hidden", whole => whole.Hidden = -0.0),
            ("Root._hidden", whole => whole.Hidden = double.NaN),
            ("Whole.Many", whole => whole.Many[0] = (1, Math.BitIncrement(2.0))),
            ("Whole.Many", whole => whole.Many.Add(default)),
            ("Whole.Named", whole => whole.Named["a"].Number++),
            ("Part.Number", whole => whole.Named["a"].Number++),
            ("Whole.Named", whole => whole.Named["b"] = new()),
            ("Whole.Set", whole => whole.Set.Remove(2)),
            ("Whole.Jagged", whole => whole.Jagged[1][1]++),
            ("Whole.Immutable", whole => whole.Immutable = []),
            ("Whole.Time", whole => whole.Time = new EventTime(6)),
            ("Whole.Time", whole => whole.Time = null),
            ("Whole.Second", whole => whole.Second = new()),
        ];
        foreach (var (field, change) in changes)
        {
            var changed = new Whole(1);
            change(changed);
            Assert.Contains(field, DeepCompare.Changed(new Whole(1), changed));
            Assert.Contains(field, DeepCompare.Changed(changed, new Whole(1)));
            Assert.NotEmpty(DeepCompare.Differences(changed, new Whole(1)));
            Assert.Empty(DeepCompare.Differences(changed, new Whole(1), [field]));
        }

        Assert.Equal(["Whole.option"], DeepCompare.Changed(new Whole(1), new Whole(2)));
    }

    [Fact]
    public void A_part_that_is_shared_on_one_side_only_is_found_and_delegates_are_passed_over()
    {
        var shared = new Whole(1);
        shared.Second = shared.First;
        Assert.Equal(["Whole.Second"], DeepCompare.Changed(shared, new Whole(1) { Second = new Part() }));
        Assert.Empty(DeepCompare.Differences(new Whole(1) { Told = () => { } }, new Whole(1) { Told = () => throw new InvalidOperationException() }));
    }
}
