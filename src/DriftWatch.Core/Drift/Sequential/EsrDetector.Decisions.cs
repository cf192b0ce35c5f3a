using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <content>What is decided where evidence stands: an alarm, that it lasts, that it is over, and whether a fix has ended it.</content>
public sealed partial class EsrDetector
{
    public void ProveFrom(EventTime since) => _alarm = _alarm is { } alarm ? alarm with { ProofFrom = since, Proves = false } : null;

    private void BeginProof(EventTime at)
    {
        if (_alarm is not { ProofFrom: { } from, Proves: false } alarm || at < from) return;
        _evidence!.Reset();
        _alarm = alarm with { Proves = true };
    }

    private void Decide(SeriesEvidence evidence, EventTime at, List<Finding> findings)
    {
        if (_alarm is { } alarm)
        {
            Follow(evidence, alarm, at, findings);
            return;
        }

        double decisive = Decisive(evidence);
        var strongest = evidence.Bets.Strongest();
        if (decisive >= Threshold && evidence.LabeledSince(evidence.Bets.OnsetOf(strongest)) >= _options.MinLabeled)
        {
            Fire(evidence, strongest, at, findings);
            return;
        }

        evidence.Trim(_shared?.KeepFrom);
        findings.Add(new(decisive >= Threshold / PendingShare ? FindingKind.Gathering : FindingKind.Quiet, at + _maturity, at - _pane, at));
    }

    private double Decisive(SeriesEvidence evidence) => _options.Question == Question.Drifted ? evidence.Relative ?? 0 : evidence.Total;

    private void Follow(SeriesEvidence evidence, Alarm alarm, EventTime at, List<Finding> findings)
    {
        var decided = at + _maturity;
        bool turned = evidence.Sum(alarm.Contrary.Contains) >= Threshold;
        if (turned || evidence.RecoveryOf(alarm) >= _budget.RecoveryThreshold)
        {
            var turn = evidence.Bets.Strongest(turned ? alarm.Contrary.Contains : null);
            var since = evidence.Since(turned ? evidence.Bets.OnsetOf(turn) : alarm.RecoveringSince(at, _pane));
            findings.Add(new(FindingKind.Recovered, decided, since?.Start ?? at, at, since?.Sketch) { Detector = Capture() });
            _alarm = null;
            evidence.Change(at);
            if (turned) Fire(evidence, turn, at, findings);
            else
            {
                // What an episode of the whole traffic still needs of a slice stays.
                evidence.Reset();
                evidence.Trim(_leads ? null : _shared?.KeepFrom);
            }

            return;
        }

        if (alarm is { Proves: true, ProofFrom: { } fixedAt } && Decisive(evidence) >= Threshold && evidence.LabeledSince(fixedAt) >= _options.MinLabeled)
        {
            findings.Add(new(FindingKind.Continues, decided, fixedAt, at, evidence.Since(fixedAt)?.Sketch, alarm.Found.Direction, Math.Log(Decisive(evidence))) { LogThreshold = Math.Log(Threshold), Detector = Capture() });
            _alarm = alarm = alarm with { ProofFrom = null, Proves = false };
        }

        if (at - alarm.Reminded < Reminder) return;
        _alarm = alarm with { Reminded = at };
        findings.Add(alarm.Found with { Decided = decided, Until = at, Evidence = evidence.Since(alarm.Onset)?.Sketch });
    }

    private void Fire(SeriesEvidence evidence, EvidenceComponent strongest, EventTime at, List<Finding> findings)
    {
        var (found, data, pattern) = Standing.Find(strongest, at, _maturity);
        findings.Add(found);
        var onset = evidence.Bets.OnsetOf(strongest);
        var (tilts, blocks) = evidence.RecoveryFrom(strongest, pattern);
        _alarm = new Alarm(onset, at, found with { Evidence = null }, evidence.Bets.ContraryTo(pattern, data)) { Tilts = tilts, Blocks = blocks };
        evidence.Change(onset);
        // What follows is judged afresh: the contrary may fire, and evidence that it goes on is shown.
        evidence.Reset();
    }
}
