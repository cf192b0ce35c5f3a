using System.Text;
using DriftWatch.Core.Input;
using DriftWatch.Kafka.Answering;
using DriftWatch.Pipeline;
using DriftWatch.Sets;

namespace DriftWatch.Recalibrating;

/// <content>What is sent: answers, and dead letters.</content>
internal sealed partial class RecalibrationLoop
{
    private void Answer(RequestEnvelope request, KeptRecord record, CancellationToken stop)
    {
        string series = request.Series.ToString();
        Log.Began(_logger, series, request.Episode, record.Place);
        var decision = Retry(() => Decide(request, record, stop), stop);
        _upkeep.Note(decision.Fitted is { SetChecksum: { } made } && SetFile.Find(_shelf.Folder, made) is { } file ? new FileInfo(file).Length : 0);
        string? folder = decision.Map is { } accepted ? Retry(() => _folder.Write(accepted), stop) : null;
        FailPoint.Reach("map-written");
        stop.ThrowIfCancellationRequested();
        try
        {
            _store.Answer(RecordsOf(decision, folder), stop);
        }
        catch (RecordRefusedException refused)
        {
            AnswerFailed(decision, record, refused, stop);
            return;
        }

        _answered[request.Episode] = decision.Fitted?.SetChecksum;
        Log.Answered(_logger, series, request.Episode, decision.Verdict, decision.Reason);
        if (decision.Map is { } published)
        {
            _maps.Add(published, request.Series);
            Retry(() => _folder.Point(published), stop);
            Log.Published(_logger, published.Revision, folder!, published.Checksum);
        }
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
    private void AnswerFailed(Decision decision, KeptRecord record, RecordRefusedException refused, CancellationToken stop)
    {
        var request = decision.Request;
        if (decision.Map is { } map) Retry(() => _folder.Remove(map), stop);
        string byHand = decision.Fitted is { } fitted ? $" The map can be made by hand: driftwatch fit --calibration-set {fitted.SetFileName} --out FOLDER." : "";
        var failed = decision with { Fitted = null, Map = null, Failure = $"{decision.Verdict} was decided and could not be published. {refused.Message}{byHand}" };
        try
        {
            _store.Answer(RecordsOf(failed, null), stop);
            _answered[request.Episode] = null;
            Log.NotPublished(_logger, request.Series.ToString(), request.Episode, failed.Reason);
        }
        catch (RecordRefusedException also)
        {
            Log.NotAnswered(_logger, request.Series.ToString(), request.Episode, record.Place, also.Message);
            _store.Skip(stop);
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
