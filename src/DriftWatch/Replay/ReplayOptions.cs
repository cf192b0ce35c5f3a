using System.Numerics;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Options;
using DriftWatch.Options.Table;

namespace DriftWatch.Replay;

/// <summary>What the monitor of a replay is set to: the policies of the service, and bounds that fit a whole file instead of a stream without end.</summary>
internal static class ReplayOptions
{
    /// <summary>Series of slices: enough for any file that a person looks at, and a bound all the same.</summary>
    private const int MaxSlices = 1 << 16;

    private const int MaxNames = 1 << 12;

    /// <summary>A file is held whole, its vectors too where they are needed: 50 million of twenty classes.</summary>
    private const long MaxVectorBytes = 8L << 30;

    /// <summary>As many as a pending prediction can tell apart.</summary>
    private const int MaxRoutes = 1 << 19;

    /// <summary>What holds where neither file nor flags say anything: what the service has, but no lead. Files are compared with what other tools count, and those know no clocks that disagree.</summary>
    public static DriftWatchOptions Defaults { get; } = SettingsTable.Defaults with { Monitor = SettingsTable.Defaults.Monitor with { Default = new ModelOptions { Join = new JoinRule() } } };

    /// <summary>For reading, when the horizon is not known yet.</summary>
    public static MonitorOptions ForReading(ReplayRequest request) => Make(request, default);

    /// <summary>For playing.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="longestDelay">The horizon where none was asked for or configured.</param>
    /// <param name="span">From the first record to the last.</param>
    /// <param name="records">How many there are.</param>
    public static MonitorOptions ForPlaying(ReplayRequest request, TimeSpan longestDelay, TimeSpan span, long records)
    {
        var options = Make(request, longestDelay);
        var pane = Pane(options);
        return options with
        {
            Pane = pane,
            MaxPanes = Bounded(span / pane),
            WindowHistory = Math.Max(options.WindowHistory, Bounded(span / options.Windows.Min())),
            MaxPending = (int)Math.Min(int.MaxValue / 2, records + 1),
        };
    }

    /// <summary>What is wrong with the choice of rule and input; null: nothing.</summary>
    public static string? RuleFault(ReplayRequest request)
    {
        var options = Make(request, default);
        ModelOptions[] models = [.. options.Models.Values, options.Default];
        if (request.Input is not null && models.All(model => model.Rule.Inputs.Count == 0)) return $"--input: only classical rules read one; add --rule {Adwin.Row}, for one.";
        foreach (var model in models.Where(model => model.Rule.Inputs.Count > 0))
        {
            if (model.Rules.Input is not { } input || model.Rule.Inputs.Contains(input)) continue;
            return $"The rule {model.Rule.Name} cannot read {input.Name()}; expected --input {string.Join(" or ", model.Rule.Inputs.Select(one => one.Name()))}.";
        }

        return null;
    }

    private static MonitorOptions Make(ReplayRequest request, TimeSpan longestDelay)
    {
        var configured = request.Configured ?? new MonitorOptions { Windows = [ReplayRequest.DefaultWindow] };
        return configured with
        {
            Models = configured.Models.ToDictionary(model => model.Key, model => Policy(model.Value, request.ModelsWithHorizon.Contains(model.Key))),
            Default = Policy(configured.Default, request.HasHorizon),
            Windows = request.Windows.Count > 0 ? [.. request.Windows.Distinct()] : configured.Windows,
            Origin = request.Origin ?? configured.Origin,
            OutOfOrderness = TimeSpan.Zero,
            MaxModels = Math.Max(configured.MaxModels, MaxNames),
            MaxVersions = Math.Max(configured.MaxVersions, MaxNames),
            MaxSlices = Math.Max(configured.MaxSlices, MaxSlices),
            MaxRoutes = MaxRoutes,
            MaxVectorBytes = Math.Max(configured.MaxVectorBytes, MaxVectorBytes),
        };

        ModelOptions Policy(ModelOptions model, bool hasHorizon) => model with
        {
            Join = model.Join with { Horizon = request.Horizon ?? (hasHorizon || request.HasHorizon ? model.Join.Horizon : longestDelay), Lead = request.Lead ?? model.Join.Lead },
            Slices = request.Slices.Count > 0 ? request.Slices : model.Slices,
            Rule = request.Rule ?? model.Rule,
            Rules = request.Input is { } input ? model.Rules with { Input = input } : model.Rules,
        };
    }

    // The coarsest panes of which all windows are made, an hour at most: sums are exact, so the numbers are those of any finer pane, and a
    // file with hundreds of slices stays small. The monitor moves on by a sixtieth of a pane, so expiry is told to the minute.
    private static TimeSpan Pane(MonitorOptions options)
    {
        var judged = options.Models.Values.Append(options.Default)
            .Select(model => model.Rule.Stretch(new(model.Watch, model.MaturityAge(options.OutOfOrderness), options.Pane)));
        var common = options.Windows.Concat(judged).Aggregate(
            new BigInteger(TimeSpan.TicksPerHour), (step, width) => BigInteger.GreatestCommonDivisor(step, width.Ticks));
        return new TimeSpan((long)common);
    }

    private static int Bounded(double count) => (int)Math.Min(int.MaxValue - 2, count) + 2;
}
