using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <content>The state over a restart, in chunks: only what has changed is written. The join table, the vectors that wait and the counts of the join are not among it.</content>
public sealed partial class CalibrationMonitor
{
    private static readonly string RoutesKey = new ChunkKey(ChunkKind.Routes).ToString();
    private static readonly string MonitorKey = new ChunkKey(ChunkKind.Monitor).ToString();
    private static readonly string ComparisonsKey = new ChunkKey(ChunkKind.Comparisons).ToString();

    private bool _orphansUnknown; // an older version did not keep those of no model
    private ChunkWriter? _writer; // that knows what is stored

    /// <summary>Writes what has changed since the last call, or since the state was read.</summary>
    /// <param name="into">Takes it; always the same one.</param>
    /// <exception cref="InvalidOperationException">The monitor was made to keep no state; requests were not taken; or it is another writer.</exception>
    public void WriteChunks(ChunkWriter into)
    {
        if (!_keepsState) throw new InvalidOperationException("This monitor was made to keep no state.");
        if (_requests.Count > 0) throw new InvalidOperationException("Requests are no part of the state: take them before it is written.");
        if (!ReferenceEquals(_writer ??= into, into)) throw new InvalidOperationException("Only the writer of the calls before knows what is stored.");
        if (Routes.Touched) into.Write(RoutesKey, Routes.Exchange);
        Routes.NoteStored();
        into.Write(MonitorKey, Exchange);
        if (_comparisons.Any) into.Write(ComparisonsKey, state => ChunkFormat.Comparisons.Exchange(state, _comparisons));
        for (int i = 0; i < _known.Series.Count; i++) _known.Series[i].WriteChunks(i, into);
        foreach (var model in _known.Across) into.Write(new ChunkKey(ChunkKind.Across, model.Number).ToString(), model.Exchange);
    }

    /// <summary>Takes over stored chunks, in any order, before anything else happens to the monitor and its routes.</summary>
    /// <param name="chunks">What is stored. Keys that are not the monitor's are passed over.</param>
    /// <param name="writer">Learns what is stored; <see cref="WriteChunks"/> then writes what has changed.</param>
    /// <param name="step">Called after each: there may be many, and each window's metrics are computed.</param>
    /// <exception cref="StateFormatException">The chunks are damaged or incomplete, or the panes or bins are set otherwise than when they were written. The monitor is of no use then.</exception>
    /// <exception cref="InvalidOperationException">The monitor is in use already, or was made to keep no state.</exception>
    public Restored ReadChunks(IEnumerable<(string Key, ReadOnlyMemory<byte> Bytes)> chunks, ChunkWriter writer, Action? step = null)
    {
        if (!_keepsState) throw new InvalidOperationException("This monitor was made to keep no state.");
        if (_writer is not null || _watermark is not null || _known.OfRoute.Count > 0) throw new InvalidOperationException("State is read before anything else happens.");
        _writer = writer;
        List<(ChunkKey Key, string Name, ReadOnlyMemory<byte> Bytes)> ordered = [];
        foreach (var (name, bytes) in chunks)
        {
            if (ChunkKey.TryParse(name, out var key)) ordered.Add((key, name, bytes));
        }

        if (ordered.Count == 0) return new(false, []);
        foreach (var kind in (ChunkKind[])[ChunkKind.Routes, ChunkKind.Monitor])
        {
            if (!ordered.Exists(chunk => chunk.Key.Kind == kind)) throw Missing(new ChunkKey(kind));
        }

        ordered.Sort(static (left, right) => left.Key.CompareTo(right.Key));
        var reader = new Reading(this, writer);
        foreach (var (key, name, bytes) in ordered)
        {
            reader.Take(key, name, bytes);
            step?.Invoke();
        }

        return reader.End();
    }

    private static StateFormatException Missing(ChunkKey key) => new($"{key} is missing.");

    /// <summary>What belongs to no series. Who shares a gate or a false-alarm rate follows from the series.</summary>
    private void Exchange(StateExchange state)
    {
        state.Begin(ChunkFormat.Monitor);
        state.Mark("monitor");
        if (state.Version == 1) state.KeptText(""); // as text, and in the header too
        else if (StoredSettings.Exchange(state, StateFingerprint.Values(StateFingerprint.Monitor, Options)) is { Count: > 0 } different)
            throw new StateFormatException($"The state was stored under other settings (stored → configured): {string.Join("; ", different)}. Set them as they were, or begin with an empty checkpoint topic.");
        state.Exchange(ref _watermark);
        int routes = state.KeptWithin(_known.OfRoute.Count, 0, Routes.Count, "the number of routes");
        int series = state.KeptWithin(_known.Series.Count, 0, Routes.Series.Count, "the number of series");
        if (state.IsReading) _known.Register(routes, series);
        foreach (var (name, model) in _known.Models)
        {
            if (state.KeptText(name) != name) throw new StateFormatException($"The counts of {name} are missing.");
            state.Exchange(model);
        }

        if (state.Version > 2) state.Exchange(Routes.Spellings ?? new LabelSpellings());
        ExchangeOrphans(state);
        ExchangeSharedOnsets(state);
        Routes.ExchangeOverflows(state);
        state.Exchange(_episodes);
        state.Exchange(_explanations);
    }

    private void ExchangeOrphans(StateExchange state)
    {
        _orphansUnknown = state.Version < 3;
        if (_orphansUnknown) return;
        _orphans.Begin(state.Kept(_orphans.Total));
        state.Exchange(_orphans);
    }

    /// <summary>Since when each version's slices hold their data.</summary>
    /// <remarks>It was kept for each group that shares a false-alarm rate once: where that was not a model version, it is not read, and known again with the next pane.</remarks>
    private void ExchangeSharedOnsets(StateExchange state)
    {
        const string PerVersion = nameof(AlarmGroup.Model);
        List<EventTime?> kept = [.. _known.Versions.Select(version => version.Onset.KeepFrom)];
        bool same = state.KeptText(PerVersion) == PerVersion;
        state.Exchange(kept, static (StateExchange each, ref EventTime? from) => each.Exchange(ref from));
        if (!state.IsReading || !same || kept.Count != _known.Versions.Count) return;
        foreach (var (version, from) in _known.Versions.Zip(kept)) version.Onset.KeepFrom = from;
    }

    /// <summary>Chunk by chunk, in order.</summary>
    private sealed class Reading(CalibrationMonitor monitor, ChunkWriter writer)
    {
        private readonly List<BegunAnew> _anew = [];
        private readonly HashSet<(ChunkKind Kind, int Series)> _seen = [];
        private IReadOnlyDictionary<SeriesKey, SeriesKey> _renamed = new Dictionary<SeriesKey, SeriesKey>();

        public void Take(ChunkKey key, string name, ReadOnlyMemory<byte> bytes)
        {
            if (key.Kind is not (ChunkKind.Window or ChunkKind.Pane) && !_seen.Add((key.Kind, key.Series))) throw new StateFormatException($"The chunk {name} is there twice.");
            try
            {
                if (TryTake(key, bytes)) Remember(key, name, bytes.Span);
                else writer.Delete(name); // switched off, or a window of a width that is no more
            }
            catch (StateFormatException fault)
            {
                throw new StateFormatException($"{name}: {fault.Message}");
            }
        }

        public Restored End()
        {
            for (int i = 0; i < monitor._known.Series.Count; i++)
            {
                foreach (var kind in (ChunkKind[])[ChunkKind.Series, ChunkKind.Rule])
                {
                    if (!_seen.Contains((kind, i))) throw Missing(new ChunkKey(kind, i));
                }

                if (monitor._known.Series[i].Missing is { } missing) throw new StateFormatException($"Series {i}, {monitor._known.Series[i].Key}, lacks {missing}.");
            }

            foreach (var series in monitor._known.Series) series.EndReading(_anew);
            foreach (var model in monitor._known.Across)
            {
                if (!_seen.Contains((ChunkKind.Across, model.Number))) model.NotBefore = monitor._watermark + TimeSpan.FromDays(1);
            }

            foreach (var one in _anew.Where(one => one.Part == StatePart.Rule)) monitor._episodes.Forget(one.Series);
            return new(true, _anew);
        }

        private bool TryTake(ChunkKey key, ReadOnlyMemory<byte> bytes)
        {
            switch (key.Kind)
            {
                case ChunkKind.Routes:
                    StateExchange.Read(monitor.Routes, bytes);
                    _renamed = monitor.Routes.Canonicalize(ClassText.Canonical, FormerClassKeys.CanonicalOf);
                    return true;
                case ChunkKind.Monitor:
                    var state = StateExchange.Reading(bytes);
                    monitor.Exchange(state);
                    state.AssertEnd();
                    monitor._episodes.Rename(_renamed);
                    return true;
                case ChunkKind.Comparisons:
                    ChunkFormat.Comparisons.Read(monitor._comparisons, bytes);
                    return true;
                case ChunkKind.Across:
                    if (monitor._known.Across.FirstOrDefault(model => model.Number == key.Series) is not { } model) return false;
                    var across = StateExchange.Reading(bytes);
                    model.Exchange(across);
                    across.AssertEnd();
                    return true;
                default:
                    if (key.Series >= monitor._known.Series.Count) throw new StateFormatException($"There are {monitor._known.Series.Count} series.");
                    return monitor._known.Series[key.Series].TryReadChunk(key, bytes);
            }
        }

        private void Remember(ChunkKey key, string name, ReadOnlySpan<byte> bytes)
        {
            if (key.Kind is ChunkKind.Window or ChunkKind.Pane) return; // they know themselves
            writer.Remember(name, bytes);
            if (key.Kind == ChunkKind.Routes && _renamed.Count == 0) monitor.Routes.NoteStored();
        }
    }
}
