using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Joining;

/// <summary>Random models, rules and records, all from one seed.</summary>
internal sealed class JoinWorld
{
    private static readonly LabelValue[] Values =
        [LabelValue.Class("1"), LabelValue.Class("1"), LabelValue.Class("0"), LabelValue.Class("cat"), LabelValue.Class("dog"), LabelValue.Correct, LabelValue.Wrong];

    private readonly int[] _addressees;
    private readonly bool _mayHaveSources;

    public JoinWorld(int seed, bool mayCorrect = true, PredictionIdentity identity = default)
    {
        Random = new Random(seed);
        _mayHaveSources = identity == PredictionIdentity.Prediction && Random.Next(2) == 0;
        Dictionary<string, ModelOptions> models = [];
        for (int i = 0; i < 3; i++)
        {
            models[$"m{i}"] = new ModelOptions
            {
                Join = Rule(mayCorrect),
                PositiveLabel = Random.Next(3) == 0 ? "cat" : null,
                Compare = new() { Enabled = seed % 2 == 0 },
            };
        }

        Options = new MonitorOptions
        {
            Models = models,
            Default = new ModelOptions { Join = Rule(mayCorrect), Compare = new() { Enabled = seed % 2 == 0 } },
            OutOfOrderness = Ms(Random.Next(40)),
            Origin = new(Random.Next(3) * 37),
            MaxPending = 10_000,
            Identity = identity,
        };
        Routes = new RouteTable(Options.Routing);
        for (UInt128 key = 0; key < 5; key++)
        {
            var view = key < 3 ? View.Binary : View.TopLabel;
            Routes.TryRegister(key, new RouteDescription($"m{key}", "1", view, view == View.TopLabel ? "cat" : null, []), out _);
        }

        // Versions of a model beside each other, one of them with two kinds of route.
        foreach (var (key, model, version) in (IEnumerable<(UInt128, string, string)>)[(10, "m0", "2"), (11, "m1", "2"), (12, "m3", "2")])
            Routes.TryRegister(key, new RouteDescription(model, version, key == 12 ? View.TopLabel : View.Binary, key == 12 ? "dog" : null, []), out _);
        Routes.TryRegister(13, new RouteDescription("m0", "2", View.TopLabel, "cat", []), out _);
        _addressees = [.. Enumerable.Range(0, Routes.Addressees.Count), Routes.AddresseeOf("nobody", null), Routes.AddresseeOf("m0", "no such version")];

        Bucket = Ms(Random.Next(1, 50));
        WheelBits = Random.Next(1, 7);
    }

    public Random Random { get; }

    public MonitorOptions Options { get; set; }

    public RouteTable Routes { get; }

    public TimeSpan Bucket { get; }

    public int WheelBits { get; }

    public PredictionJoiner Joiner(IJoinSink sink) => new(Options.Joining with { Bucket = Bucket }, Routes, sink, WheelBits);

    public Prediction Prediction(ulong id, long time) =>
        new(Id(id), new(Math.Max(0, time)), Random.Next(Routes.Count), Math.Round(Random.NextDouble(), 1), Weight: Weight());

    /// <summary>A label that mostly, not always, lies in the interval of a prediction.</summary>
    public Label Label(in Prediction prediction)
    {
        var rule = Routes[prediction.Route].Rule;
        long from = prediction.Time.Milliseconds - (long)rule.Lead.TotalMilliseconds;
        long to = prediction.Time.Milliseconds + (long)rule.Horizon.TotalMilliseconds;
        long time = Random.Next(10) switch
        {
            0 => from - 1 - Random.Next(20),
            1 => to + 1 + Random.Next(60),
            2 => from,
            3 => to,
            _ => Random.NextInt64(from, to + 1),
        };
        return new(prediction.Id, new(Math.Max(0, time)), Values[Random.Next(Values.Length)], Addressee(prediction.Route), Weight(), Source());
    }

    /// <summary>Any that a model knows, or none, or one that nobody knows.</summary>
    public int Source() => Routes.Sources is { } sources ? Random.Next(sources.Names.Count + SourceNames.Unknown + 1) : SourceNames.Unstated;

    private SamplingWeight Weight() => Random.Next(4) > 0 ? default : SamplingWeight.Of(Random.Next(1, 5) / 4.0);

    /// <summary>Mostly everyone, or whom the route is of; sometimes somebody else.</summary>
    private int Addressee(int route) => Random.Next(8) switch
    {
        < 4 => Addressees.Everyone,
        4 => Routes[route].OfModel,
        5 => Routes[route].Owner,
        _ => _addressees[Random.Next(_addressees.Length)],
    };

    public static PredictionId Id(ulong id) => new(id * 0x9E37, id);

    public static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private JoinRule Rule(bool mayCorrect) => new()
    {
        Horizon = Ms(Random.Next(200)),
        Lead = Random.Next(2) == 0 ? default : Ms(Random.Next(60)),
        OnExpiry = Random.Next(2) == 0 ? ExpiryRule.Drop : ExpiryRule.Negative,
        Corrections = mayCorrect && Random.Next(4) == 0 ? CorrectionRule.Replace : CorrectionRule.Ignore,
        Sources = _mayHaveSources && Random.Next(4) > 0 ? Sources() : [],
    };

    // Two of three names, so that each model lacks one that others may know.
    private LabelSource[] Sources()
    {
        string[] names = ["expert", "crowd", "machine"];
        Random.Shuffle(names);
        return [new(names[0], IsJudge: Random.Next(4) == 0), new(names[1], IsJudge: true)];
    }
}
