using DriftWatch.Core.Drift;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <content>Event time moves on, and what is found then is applied in an order that nobody's arrival decides.</content>
public sealed partial class CalibrationMonitor
{
    private static readonly Comparer<(Finding Finding, SeriesMonitor Of)> InOrder = Comparer<(Finding Finding, SeriesMonitor Of)>.Create((left, right) =>
        left.Finding.Decided.CompareTo(right.Finding.Decided) is not 0 and var byTime ? byTime : SeriesMonitor.Compare(left.Of, right.Of));

    private static readonly Comparer<(Finding Finding, AcrossVersionsMonitor Of)> OfModelsInOrder = Comparer<(Finding Finding, AcrossVersionsMonitor Of)>.Create((left, right) =>
        left.Finding.Decided.CompareTo(right.Finding.Decided) is not 0 and var byTime ? byTime : AcrossVersionsMonitor.Compare(left.Of, right.Of));

    /// <summary>Moves event time on: expires what is too old, judges panes that are now mature, in order, once, and seals old panes.</summary>
    /// <remarks>A watermark behind the current one changes nothing: it never goes back.</remarks>
    public void AdvanceTo(EventTime watermark)
    {
        if (_watermark is { } reached && watermark < reached + _step) return; // nearly every record; a division less
        var until = watermark.FloorTo(_step, Options.Origin);
        // Series that share a false-alarm rate look at each other while they judge, so a jump is made in the steps in which panes become mature.
        while (!(_watermark >= until)) StepTo(Next(until));
        // Series are numbered as their first records came; what is decided must not depend on it.
        // The order must be stable: an episode may end and the next begin at one moment.
        int next = 0;
        List<(Finding Finding, AcrossVersionsMonitor Of)> ofModels = _ofModels.Count > 1 ? [.. _ofModels.Order(OfModelsInOrder)] : _ofModels;
        foreach (var (finding, series) in _findings.Count > 1 ? _findings.Order(InOrder) : _findings.AsEnumerable())
        {
            ApplyOfModels(ofModels, ref next, finding.Decided);
            // Labels come after a version has gone too: first its episode ends, then nothing is made of them.
            if (finding.Kind == FindingKind.Drift && _known.Successions.Of(series) is { } gone && gone.Decided <= finding.Decided)
            {
                Apply(gone, series);
                Apply(finding with { Kind = FindingKind.Superseded }, series);
            }
            else if (finding is { Kind: FindingKind.Overdue, IsMapped: true })
            {
                EndProof(finding, series);
            }
            else
            {
                Apply(finding, series);
            }
        }

        ApplyOfModels(ofModels, ref next, EventTime.Latest);
        _findings.Clear();
        _ofModels.Clear();
    }

    private void Apply(in Finding finding, SeriesMonitor series)
    {
        if (series.Apply(finding, _episodes) is not { } request) return;
        _requests.Add(request.Kind == RequestKind.Requested ? request with { Related = _known.RelatedTo(series) } : request);
    }

    /// <summary>What was found of models over all their versions before a moment: after what their versions say of the same moment, since who asks for itself is not asked for.</summary>
    private void ApplyOfModels(List<(Finding Finding, AcrossVersionsMonitor Of)> found, ref int next, EventTime before)
    {
        for (; next < found.Count && found[next].Finding.Decided < before; next++)
        {
            var (finding, model) = found[next];
            if (model.Apply(finding, _episodes) is not { } request) continue;
            _requests.Add(request.Kind == RequestKind.Requested ? request with { Related = _known.RelatedTo(model, request.Versions!) } : request);
        }
    }

    private EventTime Next(EventTime until)
    {
        var first = _comparisons.NextMature;
        foreach (var series in _known.Series)
        {
            if (series.NextMature is { } mature && !(mature >= first)) first = mature;
        }

        if (first is not { } pane) return until;
        var step = pane.FloorTo(_step, Options.Origin);
        if (step < pane) step += _step;
        if (_watermark >= step) step = _watermark.Value + _step;
        return step < until ? step : until;
    }

    private void StepTo(EventTime step)
    {
        _watermark = step;
        _join.AdvanceTo(step);
        int before = _findings.Count;
        foreach (var model in _known.Across) model.Begin(step);
        foreach (var series in _known.Series) series.AdvanceTo(step, _findings);
        RenewReferences();
        _comparisons.AdvanceTo(step);
        if (_comparisons.Any) MindComparisons(before);
        MindMaps(before);
        foreach (var whole in _known.Successions.Look(step))
        {
            foreach (var series in _known.Series)
            {
                if (series.Key.Model == whole.Key.Model && series.Key.Version == whole.Key.Version) _findings.Add((whole.Superseded!.Value, series));
            }
        }

        // Which of its versions have traffic is known now.
        foreach (var model in _known.Across) model.AdvanceTo(step, _ofModels);
    }
}
