using DriftWatch.Core.Drift;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Monitoring;

/// <content>How it is kept: counts, rule and early warning in chunks of their own, as they change at different paces, and one for each pane and window.</content>
internal sealed partial class SeriesMonitor
{
    private readonly List<BegunAnew> _anew = []; // while state is read
    private bool _awaitsEarly; // an early warning is stored and yet to be read

    /// <summary>What was stored of it besides counts and rule and has not been read; null: all was.</summary>
    public string? Missing => _awaitsEarly ? "its early warning" : _calibration.Missing;

    /// <summary>Writes what has changed.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="into">Takes it.</param>
    public void WriteChunks(int index, ChunkWriter into)
    {
        into.Write(new ChunkKey(ChunkKind.Series, index).ToString(), ExchangeCounts);
        into.Write(new ChunkKey(ChunkKind.Rule, index).ToString(), ExchangeRule);
        if (_early is not null) into.Write(new ChunkKey(ChunkKind.Early, index).ToString(), ExchangeEarlyWarning);
        _calibration.WriteChunks(index, into);
    }

    /// <summary>Takes over a chunk of its own; in the order of <see cref="ChunkKind"/>.</summary>
    /// <returns>False if nothing like it is kept any more.</returns>
    /// <exception cref="StateFormatException">The bytes are something else.</exception>
    public bool TryReadChunk(ChunkKey key, ReadOnlyMemory<byte> bytes)
    {
        if (key.Kind == ChunkKind.Early) _awaitsEarly = false;
        switch (key.Kind)
        {
            case ChunkKind.Window:
                return _calibration.TryReadWindow(key.Width, key.Start, bytes);
            case ChunkKind.Pane:
                _calibration.ReadPane(key.Start, bytes);
                return true;
            case ChunkKind.Early when _early is null:
                return false;
        }

        var state = StateExchange.Reading(bytes);
        if (key.Kind == ChunkKind.Series) ExchangeCounts(state);
        else if (key.Kind == ChunkKind.Rule) ExchangeRule(state);
        else ExchangeEarlyWarning(state);
        state.AssertEnd();
        return true;
    }

    /// <summary>Counts and total. By how many series share the false-alarm rate follows from when each had its first prediction.</summary>
    private void ExchangeCounts(StateExchange state)
    {
        state.Begin(ChunkFormat.Series);
        state.Mark("series");
        state.Exchange(ref _predictions);
        state.Exchange(ref _matched);
        state.Exchange(ref _expired);
        state.Exchange(ref _firstPrediction);
        state.Exchange(ref _lastPrediction);
        state.Exchange(ref _lastMatch);
        if (_gap is not null) state.Exchange(_gap);
        bool early = state.Version > 1 && state.Kept(_early is not null);
        state.Exchange(_calibration);
        if (state.Version > 2) state.Exchange(ref _latency, MakeLatency);
        if (state.Version >= ChunkFormat.LastPanes)
        {
            state.Exchange(ref _lastPane);
            Succession = state.Kept(Succession, static (each, succession) => new Succession(each.Kept(succession.At), each.KeptText(succession.By)));
        }
        else _lastPane = _lastPrediction;

        if (state.Version > ChunkFormat.LastPanes) state.Exchange(ref _sources, MakeSources);
        if (state.Version > ChunkFormat.LastPanes + 1) state.Exchange(ref _returned);
        if (!state.IsReading) return;
        _awaitsEarly = early;
        _captured = null;
        if (_predictions > 0) See(_firstPrediction);
    }

    /// <summary>The rule and the episode. Whether the gate is held follows from the episode.</summary>
    private void ExchangeRule(StateExchange state)
    {
        state.Begin(ChunkFormat.Rule);
        if (state.Version == 1)
        {
            // What outlasts a change stood behind what does not.
            if (!IsAsInVersion1(state, StateShape.OfRule(_key, _terms.Monitor), StatePart.Rule)) return;
        }
        else
        {
            state.Exchange(_policy);
            if (Differs(state, StatePart.Rule))
            {
                _policy.BeginAnew();
                return;
            }
        }

        state.Mark("rule");
        state.Exchange(_detector);
        if (state.Version == 1) state.Exchange(_policy);
        if (state.IsReading && _policy.HoldsGate) _gate.Enter(_key);
    }

    private void ExchangeEarlyWarning(StateExchange state)
    {
        state.Begin(ChunkFormat.EarlyWarning);
        if (state.Version == 1 ? !IsAsInVersion1(state, StateShape.OfEarlyWarning(_key, _terms.Monitor), StatePart.EarlyWarning)
            : Differs(state, StatePart.EarlyWarning)) return;
        state.Mark("early warning");
        _early!.ExchangeComparisons(state);
        if (state.Version == 1 || Differs(state, StatePart.PredictionSets)) return;
        _early!.ExchangePredictionSets(state);
    }

    /// <summary>Says what began anew; after all chunks.</summary>
    public void EndReading(List<BegunAnew> anew)
    {
        _calibration.EndReading();
        anew.AddRange(_anew);
        _anew.Clear();
    }

    private bool Differs(StateExchange state, StatePart part)
    {
        var different = StoredSettings.Exchange(state, _terms.Fingerprint(part, _key.View));
        return different.Count > 0 && BeginsAnew(state, part, string.Join("; ", different));
    }

    private bool IsAsInVersion1(StateExchange state, string now, StatePart part) =>
        state.KeptText("") is var stored && (stored == now || !BeginsAnew(state, part, $"{stored} → {now}"));

    private bool BeginsAnew(StateExchange state, StatePart part, string why)
    {
        state.SkipRest();
        _anew.Add(new(_key, part, why));
        return true;
    }
}
