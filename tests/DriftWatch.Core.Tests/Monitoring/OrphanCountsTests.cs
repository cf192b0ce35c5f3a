using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Monitoring;

/// <summary>Why labels joined nothing, by model: what a wrong lead or horizon is read off.</summary>
public sealed class OrphanCountsTests
{
    private static readonly EventTime Start = new(1_780_000_000_000);

    private readonly MonitorOptions _options = new()
    {
        Default = new ModelOptions { Join = new JoinRule { Horizon = TimeSpan.FromMinutes(10), Lead = TimeSpan.FromSeconds(5) } },
        OutOfOrderness = TimeSpan.FromSeconds(10),
    };

    private readonly RouteTable _routes;
    private readonly CalibrationMonitor _monitor;

    public OrphanCountsTests()
    {
        _routes = new RouteTable(_options.Routing);
        foreach (var (key, model) in (IEnumerable<(UInt128, string)>)[(0, "fraud"), (1, "clicks")])
            Assert.True(_routes.TryRegister(key, new RouteDescription(model, "1", View.Binary, null, []), out _));
        _monitor = new CalibrationMonitor(_options, _routes, keepsState: true);
    }

    [Fact]
    public void Every_cause_is_counted_with_its_model_where_there_is_one()
    {
        Predict(1, 0);
        Label(1, TimeSpan.FromMinutes(12)); // too late
        Label(1, TimeSpan.FromMinutes(14));
        Label(1, TimeSpan.FromSeconds(-7)); // too early
        Label(2, TimeSpan.Zero); // nobody
        Label(3, TimeSpan.Zero, "fraud"); // nobody, and it names a model
        Label(4, TimeSpan.Zero, "nowhere"); // nobody, and it names a model that is not watched
        Predict(5, 1);
        Label(5, TimeSpan.Zero, "fraud"); // another's
        _monitor.AdvanceTo(Start + TimeSpan.FromHours(2));

        var snapshot = _monitor.Capture();
        var fraud = snapshot.Models.Single(model => model.Model == "fraud").Orphans;
        Assert.Equal((5, 1, 1, 1, 2), (fraud.Total, fraud.NoPrediction, fraud.OtherModel, fraud.Early.Count, fraud.Late.Count));
        Assert.Equal((1, 2), (fraud.Early.Counts[LabelDelays.BucketOf(TimeSpan.FromSeconds(7))], fraud.Late.Counts[LabelDelays.BucketOf(TimeSpan.FromMinutes(12))]));
        Assert.Equal((7, 26 * 60), (fraud.Early.SumSeconds, fraud.Late.SumSeconds));
        Assert.Equal(TimeSpan.FromMinutes(15), fraud.Late.Within(0.9));
        Assert.Equal((2, 2, 0), (snapshot.Orphans.Total, snapshot.Orphans.NoPrediction, snapshot.Orphans.OtherModel));
        Assert.Equal(0, snapshot.Models.Single(model => model.Model == "clicks").Orphans.Total);
    }

    [Fact]
    public void Duplicates_late_and_unlabeled_are_counted_by_model_and_outlast_a_restart()
    {
        Predict(1, 0);
        Predict(1, 0);
        Predict(1, 1);
        Label(9, TimeSpan.FromSeconds(-7));
        _monitor.AdvanceTo(Start + TimeSpan.FromHours(2));
        Predict(2, 1);
        Assert.Equal([("fraud", 1, 1, 0), ("clicks", 1, 0, 1)], Counts(_monitor));

        var writer = new ChunkWriter();
        _monitor.WriteChunks(writer);
        var routes = new RouteTable(_options.Routing);
        var after = new CalibrationMonitor(_options, routes, keepsState: true);
        after.ReadChunks(writer.Take().Select(chunk => (chunk.Key, (ReadOnlyMemory<byte>)chunk.Bytes!)), new ChunkWriter());
        after.StartRejoin();
        after.EndRejoin(StateExchange.Write(_monitor.JoinTally));

        Assert.Equal(Counts(_monitor), Counts(after));
        Assert.Equal((1, 1), (after.Capture().Orphans.Total, after.Capture().Orphans.NoPrediction));
    }

    private static (string Model, int Unlabeled, int Duplicates, int Late)[] Counts(CalibrationMonitor monitor) =>
        [.. monitor.Capture().Models.Select(model => (model.Model, (int)model.Expired, (int)model.Duplicates, (int)model.Late))];

    private void Predict(ulong id, int route) => _monitor.Add(new Prediction(new(7, id), Start, route, 0.5));

    private void Label(ulong id, TimeSpan after, string? model = null) =>
        _monitor.Add(new Label(new(7, id), Start + after, LabelValue.Class("1"), model is null ? 0 : _routes.AddresseeOf(model, null)));
}
