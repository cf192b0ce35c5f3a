using System.Text;
using DriftWatch.Core.Input;
using DriftWatch.Kafka.Answering;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Pipeline;
using DriftWatch.Sets;

namespace DriftWatch.Recalibrating;

/// <content>What is sent: answers, and dead letters.</content>
internal sealed partial class RecalibrationLoop
{
    /// <param name="draft">Who asks.</param>
    /// <param name="record">The request; null: it is committed already, and looked at again.</param>
    /// <param name="stop">Breaks it off.</param>
    private void Answer(Decision draft, KeptRecord? record, CancellationToken stop)
    {
        var (request, began) = (draft.Request, _time.GetTimestamp());
        string series = request.Series.ToString();
        if (record is null) Log.Again(_logger, series, request.Episode, draft.Attempt!.Value, _recalibration.MaxAttempts);
        else Log.Began(_logger, series, request.Episode, record.Place);
        if (_time.GetElapsedTime(_read) > Fresh) Refresh(stop);
        var parent = _maps.ParentOf(request.Series);
        int next = _maps.NextOf(request.Series);
        draft = draft with { Parent = parent, Revision = next == (parent?.Revision ?? 0) + 1 ? null : next };
        var decision = Retry(() => Decide(draft, record, stop), stop);
        _upkeep.Note(decision.Fitted is { SetChecksum: { } made } && SetFile.Find(_shelf.Folder, made) is { } file ? new FileInfo(file).Length : 0);
        string? folder = decision.Map is { } accepted ? Retry(() => _folder.Write(accepted), stop) : null;
        FailPoint.Reach("map-written");
        stop.ThrowIfCancellationRequested();
        try
        {
            Commit(RecordsOf(decision, folder), record, stop);
        }
        catch (RecordRefusedException refused)
        {
            AnswerFailed(decision, record, refused, began, stop);
            return;
        }

        _answered[request.Episode] = decision.Fitted?.SetChecksum;
        _metrics.Decided(decision.Verdict, _time.GetElapsedTime(began), _time.GetUtcNow());
        Log.Answered(_logger, series, request.Episode, decision.Verdict, decision.Reason);
        if (_waiting.Note(decision with { Fitted = null }, decision.IsOpen, _time.GetUtcNow()) is { } due) Log.Waits(_logger, request.Episode, due, (decision.Attempt ?? 1) + 1, _recalibration.MaxAttempts);
        if (decision.Map is { } published)
        {
            _maps.Add(published, request.Series);
            Mapped(request.Series, published.Revision);
            Retry(() => _folder.Point(published), stop);
            Log.Published(_logger, published.Revision, folder!, published.Checksum);
        }
    }

    /// <summary>Looks once more at the episodes whose verdict was <c>wait</c>, when it is time: those that are open still, and that nobody else has settled.</summary>
    private void LookAgain(CancellationToken stop)
    {
        var due = _waiting.Due(_time.GetUtcNow());
        if (due.Count == 0) return;
        try
        {
            var open = OpenEpisodes.Unsettled(Events());
            foreach (var last in due)
            {
                string episode = last.Request.Episode;
                stop.ThrowIfCancellationRequested();
                if (open.ContainsKey(episode))
                {
                    int attempt = (last.Attempt ?? 1) + 1;
                    Answer(last with { Attempt = attempt, Asked = last.Asked! with { Attempt = attempt }, Terms = DecisionTerms.Of(_options, last.Request.Model), By = DecidedBy.Us }, null, stop);
                    continue;
                }

                _waiting.Drop(episode);
                Log.Over(_logger, episode);
            }
        }
        catch (KafkaRangeException trouble)
        {
            _waiting.Postpone(_time.GetUtcNow() + MostPause);
            Log.NotAgain(_logger, trouble.Message, MostPause);
        }
    }

    private void Commit(IReadOnlyList<AnswerRecord> records, KeptRecord? record, CancellationToken stop)
    {
        if (record is null) _store.Add(records, stop);
        else _store.Answer(records, stop);
    }

    private List<AnswerRecord> RecordsOf(Decision decision, string? folder)
    {
        List<AnswerRecord> records = [];
        if (decision.Map is { } map) records.Add(_maps.RecordOf(map, decision.Request.Series));
        records.Add(new(_recalibration.AuditTopic, Encoding.UTF8.GetBytes(decision.Request.Episode), AuditWriter.Write(decision), [DeadLetter.Text("content-type", "application/json")]));
        records.Add(AnswerEvent.Of(decision, _options.Monitor.Source, _recalibration.AnswersTopic!, _recalibration.MapsTopic, new(folder, folder is null ? null : _folder.AddressOf(folder), decision.Fitted?.SetFileName is { } set ? _shelf.AddressOf(set) : null)));
        return records;
    }

    /// <summary>What was decided does not fit a topic: that is the answer, with what to change. Sent again it would be refused again, and every request after it would wait.</summary>
    private void AnswerFailed(Decision decision, KeptRecord? record, RecordRefusedException refused, long began, CancellationToken stop)
    {
        var request = decision.Request;
        if (decision.Map is { } map) Retry(() => _folder.Remove(map), stop);
        string byHand = decision.Fitted is { } fitted ? $" The map can be made by hand: driftwatch fit --calibration-set {fitted.SetFileName} --out FOLDER." : "";
        var failed = decision with { Fitted = null, Map = null, Failure = $"{decision.Verdict} was decided and could not be published. {refused.Message}{byHand}" };
        try
        {
            Commit(RecordsOf(failed, null), record, stop);
            _answered[request.Episode] = null;
            _metrics.Decided(failed.Verdict, _time.GetElapsedTime(began), _time.GetUtcNow());
            _waiting.Drop(request.Episode);
            Log.NotPublished(_logger, request.Series.ToString(), request.Episode, failed.Reason);
        }
        catch (RecordRefusedException also)
        {
            Log.NotAnswered(_logger, request.Series.ToString(), request.Episode, decision.Place, also.Message);
            if (record is not null) _store.Skip(stop);
            _waiting.Drop(request.Episode);
        }
    }

    private void Bury(KeptRecord record, AnswerRecord letter, CancellationToken stop)
    {
        try
        {
            _store.Answer([letter], stop);
        }
        catch (RecordRefusedException refused)
        {
            Log.NotBuried(_logger, record.Place, refused.Message);
            _store.Skip(stop);
        }
    }

    private AnswerRecord LetterOf(KeptRecord record, RejectReason reason, string? detail) => new(
        _options.Kafka.DeadLetterTopic, record.Key, record.Value,
        [
            .. record.Headers.Where(header => !DeadLetter.IsOurs(header.Name)),
            DeadLetter.Text(DeadLetter.Reason, reason.Name()), .. detail is null ? [] : new[] { DeadLetter.Text(DeadLetter.Detail, detail) },
            DeadLetter.Text(DeadLetter.SourceTopic, record.Topic), DeadLetter.Text(DeadLetter.SourcePartitionNumber, $"{record.Partition}"), DeadLetter.Text(DeadLetter.SourceOffset, $"{record.Offset}"),
        ]);
}
