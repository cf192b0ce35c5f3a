using System.Text;
using DriftWatch.Core.Input;
using DriftWatch.Core.Recalibration;
using DriftWatch.Core.Series;
using DriftWatch.Kafka.Answering;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Kafka.Native;
using DriftWatch.Metrics;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Replay;
using DriftWatch.Sets;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Recalibrating;

/// <summary>Answers requests for recalibration, one after the other: set, fit, gate, then map, audit record, answer and offset in one transaction.</summary>
/// <remarks>
/// What lies in folders comes before the transaction and is named by what is in it, so doing it again changes nothing; what says which is current comes after, and is put right at every start. So for every episode
/// there is one set, one map, one record and one answer, wherever the process ends.
/// </remarks>
internal sealed partial class RecalibrationLoop : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostPause = TimeSpan.FromMinutes(1);

    /// <summary>How old what is known of the topic of maps may be when a decision is made: a backlog reads it once in a while.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly DriftWatchOptions _options;
    private readonly RecalibrationOptions _recalibration;
    private readonly bool _once;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RecalibratorMetrics _metrics;
    private readonly AnswerStore _store;
    private readonly Upkeep _upkeep;
    private readonly SetShelf _shelf;
    private readonly SetFolder _sets;
    private readonly MapFolder _folder;
    private PublishedMaps _maps;
    private Dictionary<string, string?> _answered = []; // with the checksum of the newest set that was made of it
    private readonly HashSet<SeriesKey> _mapped = []; // those that have had a map
    private WaitingEpisodes _waiting;
    private long _read; // when the topic of maps was

    /// <param name="options">All of the configuration: sets are read as the service reads.</param>
    /// <param name="once">Whether it ends when all that was there is answered.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it tells what happens.</param>
    /// <param name="metrics">What is told to those who scrape; null: nobody does.</param>
    public RecalibrationLoop(DriftWatchOptions options, bool once, TimeProvider time, ILogger logger, RecalibratorMetrics? metrics = null)
    {
        (_options, _recalibration, _once, _time, _logger) = (options, options.Recalibration, once, time, logger);
        _metrics = metrics ?? new();
        _store = new(options.Kafka, _recalibration, once, time, logger) { Waits = _metrics.Waits };
        _shelf = new(_recalibration);
        // In our own group: reading joins none, but even to name one takes a right to it.
        _sets = new(options with { Kafka = _recalibration.Clients(options.Kafka) }, _shelf);
        _folder = new(_recalibration.Folder!, _recalibration.StorageUri, S3Store.Of(_recalibration));
        _maps = new(_recalibration.MapsTopic, logger);
        _waiting = new(_recalibration);
        _upkeep = new(_recalibration, _shelf.Places, _folder.Places, time, logger);
    }

    /// <summary>Works until it is told to stop, or all is answered.</summary>
    /// <exception cref="StartRefusedException">Going on would be of no use.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop: what was under way is not committed, and done again by the next.</exception>
    public void Run(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                _store.Acquire(stop);
                _metrics.Owns(true);
                Restore(stop);
                Work(stop);
                return;
            }
            catch (FencedException fenced) when (!_once)
            {
                Log.Fenced(_logger, fenced.Message);
                _metrics.Owns(false);
            }
            catch (FencedException fenced)
            {
                throw new StartRefusedException(fenced.Message, fenced);
            }
            catch (KafkaRangeException trouble) when (!_once)
            {
                Log.Trouble(_logger, trouble.Message);
                _metrics.Owns(false);
                _metrics.Failed(trouble.Message);
                stop.WaitHandle.WaitOne(LeastPause);
            }
            catch (KafkaRangeException trouble)
            {
                throw new StartRefusedException(trouble.Message, trouble);
            }
        }
    }

    public void Dispose() => _store.Dispose();

    /// <summary>How often sets and maps were looked after.</summary>
    internal int Looks => _upkeep.Looks;

    /// <summary>What has been answered, which maps there are, and folders as they should be: a new machine's are filled.</summary>
    private void Restore(CancellationToken stop)
    {
        (_maps, _answered, _waiting) = (new(_recalibration.MapsTopic, _logger), [], new(_recalibration));
        FailPoint.Reach("during-restore");
        foreach (var record in _store.ReadAll(_recalibration.AuditTopic))
        {
            if (record.Key is null) continue;
            var decided = AuditRecord.Find(record.Value);
            _answered[Encoding.UTF8.GetString(record.Key)] = decided?.SetChecksum;
            if (record.Timestamp > 0) _metrics.Decided(DateTimeOffset.FromUnixTimeMilliseconds(record.Timestamp));
            if (decided?.MapRevision is { } revision) Mapped(decided.Draft.Request.Series, revision);
            if (decided is not null) _waiting.Note(decided.Draft, decided.Verdict == Verdict.Wait.Name(), DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, record.Timestamp)));
        }

        Retry(Tidy, stop);
        Refresh(stop);
        // Beside others who come and go with this instance it is not the first time.
        if (_upkeep.IsDue) LookAfter();
    }

    private void LookAfter()
    {
        _upkeep.Run(Events, _maps.All, _answered);
        _metrics.Keeps(_upkeep.Bytes, _upkeep.Removed.Sets, _upkeep.Removed.Maps);
    }

    private IEnumerable<byte[]?> Events() => new[] { _options.Kafka.RequestTopic, _options.Kafka.UpdateTopic }.OfType<string>().Distinct().SelectMany(_store.ReadAll).Select(record => record.Value);

    private void Work(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var next = _store.Next(Poll);
            _metrics.Has(_store.Pending, _waiting.Count);
            if (next is { } record) Take(record, stop);
            else if (!_once)
            {
                _store.Flush(stop);
                LookAgain(stop);
            }
            else if (_store.IsAtEnd)
            {
                _store.Flush(stop);
                LookAgain(stop);
                if (_upkeep.HasNews) LookAfter();
                return;
            }

            if (_upkeep.IsDue) LookAfter();
        }
    }

    private void Take(KeptRecord record, CancellationToken stop)
    {
        var (request, reason, detail) = RequestEnvelope.Read(record.Value);
        if (reason != RejectReason.None)
        {
            Log.Unreadable(_logger, record.Place, reason.Name(), detail ?? "");
            Bury(record, LetterOf(record, reason, detail), stop);
        }
        else if (request is null)
        {
            _store.Skip(stop);
        }
        else if (request.Source != _options.Monitor.Source)
        {
            Log.Foreign(_logger, record.Place, request.Source, _options.Monitor.Source);
            _store.Skip(stop);
        }
        else if (_answered.ContainsKey(request.Episode))
        {
            Log.Repeated(_logger, record.Place, request.Episode);
            _store.Skip(stop);
        }
        else
        {
            var draft = new Decision { Request = request, Place = record.Place, Terms = DecisionTerms.Of(_options, request.Model), By = DecidedBy.Us };
            Answer(draft, record, stop);
        }
    }

    private Decision Decide(Decision draft, KeptRecord? record, CancellationToken stop)
    {
        try
        {
            draft = draft with { Asked = (record is null ? draft.Asked! : SetRequest.Read(record.Value)).OfClaims };
            string set = _sets.Of(draft.Asked!);
            stop.ThrowIfCancellationRequested();
            // What was read is garbage by now, some hundred bytes a record, and as much again of what its client had fetched: the fit needs the room.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
            FreedMemory.GiveBack();
            return Decision.Fit(draft, set);
        }
        catch (SetException none)
        {
            return draft with { Failure = none.Message };
        }
    }

    /// <summary>What killed processes have left: also where nothing is written that would sweep it.</summary>
    private bool Tidy()
    {
        Drafts.Tidy(_recalibration.Sets);
        Drafts.Tidy(_recalibration.Folder!, below: true);
        return true;
    }

    /// <summary>What has become of maps meanwhile: who rolls one back, or takes it away, writes to the topic. Said before the next one is made.</summary>
    private void Refresh(CancellationToken stop)
    {
        foreach (var map in _maps.Reread(_store.ReadAll(_recalibration.MapsTopic)))
        {
            stop.ThrowIfCancellationRequested();
            Retry(() => Show(map), stop);
        }

        _read = _time.GetTimestamp();
        foreach (var series in _mapped)
        {
            if (_maps.Has(series) || !Retry(() => _folder.PointNowhere(series), stop)) continue;
            Log.TakenAway(_logger, series.ToString(), _recalibration.MapsTopic);
        }
    }

    private void Mapped(SeriesKey series, int revision)
    {
        _maps.Note(series, revision);
        _mapped.Add(PublishedMaps.Claiming(series));
    }

    private bool Show(DecidedMap map)
    {
        _folder.Write(map);
        if (_folder.Point(map)) Log.Repaired(_logger, map.Document.Model, map.Document.Version, map.Name);
        return true;
    }

    /// <summary>Trouble outside is told and tried again; where nobody waits for us, it ends the run.</summary>
    private T Retry<T>(Func<T> work, CancellationToken stop)
    {
        for (var pause = LeastPause; ; pause = pause * 2 < MostPause ? pause * 2 : MostPause)
        {
            try
            {
                var done = work();
                if (pause > LeastPause) _metrics.Waits(null);
                return done;
            }
            catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or ReplayException)
            {
                string what = FolderCheck.Describe(trouble);
                if (_once) throw new StartRefusedException(what, trouble);
                Log.TriedAgain(_logger, pause, what);
                _metrics.Failed(what);
                stop.WaitHandle.WaitOne(pause);
                stop.ThrowIfCancellationRequested();
            }
        }
    }
}
