using DriftWatch.Drift;

namespace DriftWatch.Pipeline;

/// <summary>How far back a restart must read, for the strictest of the models: until the transactional checkpoint carries the state.</summary>
/// <remarks>
/// Predictions matter while their id is kept (R), until their windows have been judged (age M), and while an episode may still be pending on
/// the windows before: k windows and the one that is filling. An episode that runs, or whose cooldown does, is read from its onset, so that
/// it is known again and not requested twice; up to a bound, since it may last for weeks. The result is moved down to where every window starts, so
/// that none is judged or shown on half of its records.
/// </remarks>
internal sealed class Reach
{
    private readonly TimeSpan _back;
    private readonly TimeSpan _grid;
    private readonly EventTime _origin;
    private readonly TimeSpan _episodeReach;
    private readonly MonitorOptions _options;
    /// <summary>How much earlier than its prediction a label may be, at most.</summary>
    public TimeSpan Lead { get; }

    public Reach(MonitorOptions options, TimeSpan episodeReach)
    {
        (_options, _episodeReach) = (options, episodeReach);
        List<ModelOptions> models = [.. options.Models.Values];
        if (!options.OnlyNamedModels || models.Count == 0) models.Add(options.Default);
        _back = models.Max(m => Longer(m.Join.Retention(options.OutOfOrderness), m.MaturityAge(options.OutOfOrderness)) + Judged(m));
        Lead = models.Max(m => m.Join.Lead);
        _grid = options.Windows.Concat(models.Where(m => m.Rule == DriftRule.Threshold).Select(m => m.Threshold.Window)).Append(options.Pane).Max();
        _origin = options.Origin;
    }

    /// <summary>The earliest prediction time that a restart needs when event time has come to <paramref name="watermark"/>.</summary>
    public EventTime Predictions(EventTime watermark, IReadOnlyList<Episode> episodes)
    {
        var needed = watermark - _back;
        foreach (var episode in episodes)
        {
            bool matters = episode.Recovered is null || watermark - episode.Fired < _options.For(episode.Series.Model).Requests.Cooldown;
            if (matters && episode.Onset < needed && watermark - episode.Onset <= _episodeReach) needed = episode.Onset;
        }

        return needed.FloorTo(_grid, _origin);
    }

    private static TimeSpan Judged(ModelOptions model) => model.Rule == DriftRule.Threshold ? model.Threshold.Window * (model.Threshold.Windows + 1) : TimeSpan.Zero;

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
