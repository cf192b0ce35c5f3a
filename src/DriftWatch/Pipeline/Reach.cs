namespace DriftWatch.Pipeline;

/// <summary>How far back a restart must read, for the strictest of the models: until the transactional checkpoint carries the state.</summary>
/// <remarks>
/// Predictions matter while their id is kept (R), until their windows have been judged (age M), and while an episode may still be pending on
/// the windows before: k windows and the one that is filling. The result is moved down to where every window starts, so
/// that none is judged or shown on half of its records.
/// </remarks>
internal sealed class Reach
{
    private readonly TimeSpan _back;
    private readonly TimeSpan _grid;
    private readonly EventTime _origin;
    /// <summary>How much earlier than its prediction a label may be, at most.</summary>
    public TimeSpan Lead { get; }

    public Reach(MonitorOptions options)
    {
        List<ModelOptions> models = [.. options.Models.Values];
        if (!options.OnlyNamedModels || models.Count == 0) models.Add(options.Default);
        _back = models.Max(m => Longer(m.Join.Retention(options.OutOfOrderness), m.MaturityAge(options.OutOfOrderness)) + Judged(m));
        Lead = models.Max(m => m.Join.Lead);
        _grid = options.Windows.Concat(models.Where(m => m.Threshold.Enabled).Select(m => m.Threshold.Window)).Append(options.Pane).Max();
        _origin = options.Origin;
    }

    /// <summary>The earliest prediction time that a restart needs when event time has come to <paramref name="watermark"/>.</summary>
    public EventTime Predictions(EventTime watermark) => (watermark - _back).FloorTo(_grid, _origin);

    /// <summary>The earliest label time.</summary>
    public EventTime Labels(EventTime watermark) => Predictions(watermark) - Lead;

    private static TimeSpan Judged(ModelOptions model) => model.Threshold.Enabled ? model.Threshold.Window * (model.Threshold.Windows + 1) : TimeSpan.Zero;

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
