using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using DriftWatch.Core.Agreement;
using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Replay;

/// <summary>Joins all records on a thread of its own and tells a monitor, which comes behind, what its own join would have told it of each.</summary>
/// <remarks>
/// <para>The join needs nothing of what is counted, so a replay does both at once. What became of a record waits in batches, a few of them, until the monitor comes to the record.
/// What left the join when event time moved on is handed out when the monitor moves on as far: it moves in steps of its own, between which it judges.</para>
/// <para>Not for predictions with vectors: they lie in one place, which belongs to one thread. Nor where versions are compared.</para>
/// </remarks>
internal sealed class JoinAhead : IJoin, IDisposable
{
    private const int Batches = 4;

    /// <summary>Records whose entries are asked for at once, so that the waits for them overlap.</summary>
    private const int BlockRecords = 32;

    private readonly PredictionJoiner _joiner;
    private readonly JoinOptions _options;
    private readonly IJoinSink _sink;
    private readonly BlockingCollection<JoinedBatch> _filled = new(Batches);
    private readonly BlockingCollection<JoinedBatch> _empty = new(Batches);
    private readonly CancellationTokenSource _stop = new();
    private readonly DeparturesOf _departures;
    private readonly Task _joining;
    private JoinedBatch? _now; // of the monitor's thread, as all below
    private int _record; // in it, that comes next
    private ExceptionDispatchInfo? _failure;

    /// <param name="options">How the monitor joins.</param>
    /// <param name="sink">Where it hears what leaves.</param>
    /// <param name="routes">What the predictions' routes mean.</param>
    /// <param name="records">All records, from the first on.</param>
    /// <param name="addressed">A label with the addressee that the predictions know.</param>
    public JoinAhead(JoinOptions options, IJoinSink sink, RouteTable routes, PlayCursor records, Func<Label, Label> addressed)
    {
        (_options, _sink) = (options, sink);
        _departures = new DeparturesOf(options, routes);
        _joiner = new PredictionJoiner(options, routes, _departures);
        for (int i = 0; i < Batches; i++) _empty.Add(new JoinedBatch());
        _joining = Task.Factory.StartNew(() => Join(records, addressed), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Those of the whole: to be asked for after the last record.</summary>
    public JoinCounts Counts
    {
        get
        {
            _joining.Wait();
            return _joiner.Counts;
        }
    }

    public ReadOnlySpan<Meeting> Meetings => _now is { } batch && _record > 0 ? batch.MeetingsOf(_record - 1) : [];

    public ReadOnlySpan<VerdictChange> VerdictChanges => _now is { } batch && _record > 0 ? batch.ChangesOf(_record - 1) : [];

    public ReadOnlySpan<Encounter> Encounters => [];

    public JoinResult Add(in Prediction prediction) => Next();

    public JoinResult Add(in Label label) => Next();

    public void AdvanceTo(EventTime watermark)
    {
        if (Coming() is { } batch) batch.HandOut(_record, watermark, _sink);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _joining.Wait();
        _stop.Dispose();
        _filled.Dispose();
        _empty.Dispose();
    }

    private JoinResult Next()
    {
        var batch = Coming() ?? throw new InvalidOperationException("There are no more records than were joined.");
        batch.HandOut(_record, EventTime.Latest, _sink);
        return batch.ResultOf(_record++);
    }

    /// <summary>The batch with the record that comes next; null at the end.</summary>
    private JoinedBatch? Coming()
    {
        if (_now is { } batch && _record < batch.Count) return batch;
        if (_now is { } done)
        {
            _empty.Add(done);
            _now = null;
        }

        _record = 0;
        if (_filled.TryTake(out _now, Timeout.Infinite)) return _now;
        _failure?.Throw();
        return null;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // one long loop, called once
    private void Join(PlayCursor records, Func<Label, Label> addressed)
    {
        try
        {
            var batch = Empty();
            EventTime? now = null;
            var places = new int[BlockRecords];
            var ids = new PredictionId[BlockRecords];
            for (int count; (count = Read(ref records, places, ids)) > 0;)
            {
                _joiner.Prefetch(ids.AsSpan(0, count));
                foreach (int place in places.AsSpan(0, count))
                {
                    records.GoTo(place);
                    if (batch.IsFull)
                    {
                        _filled.Add(batch, _stop.Token);
                        batch = Empty();
                    }

                    if (now is not { } reached || records.Time >= reached + _options.Bucket)
                    {
                        now = records.Time.FloorTo(_options.Bucket, _options.Origin);
                        _departures.Begin();
                        _joiner.AdvanceTo(now.Value);
                        _departures.End();
                    }

                    var result = records.IsPrediction ? _joiner.Add(records.Prediction) : _joiner.Add(addressed(records.Label));
                    batch.Add(result, _joiner.Meetings, _joiner.VerdictChanges);
                }
            }

            _filled.Add(batch, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Nobody asks any more.
        }
        catch (Exception failure)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
        }
        finally
        {
            _filled.CompleteAdding();
        }
    }

    /// <summary>Moves on over some records: where they are, and their ids.</summary>
    private static int Read(ref PlayCursor records, Span<int> places, Span<PredictionId> ids)
    {
        int count = 0;
        for (; count < places.Length && records.MoveNext(); count++)
        {
            places[count] = records.Place;
            ids[count] = records.IsPrediction ? records.Prediction.Id : records.Label.Id;
        }

        return count;
    }

    private JoinedBatch Empty()
    {
        var batch = _empty.Take(_stop.Token);
        batch.Clear();
        _departures.Into = batch;
        return batch;
    }
}
