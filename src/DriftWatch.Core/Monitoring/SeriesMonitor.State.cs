using DriftWatch.Core.Drift;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Monitoring;

/// <content>How it is kept: counts, rule and early warning in chunks of their own, as they change at different paces, and one for each pane and window.</content>
internal sealed partial class SeriesMonitor
{
    private bool _awaitsEarly; // an early warning is stored and yet to be read

    /// <summary>What was stored of it besides counts and rule and has not been read; null: all was.</summary>
    public string? Missing => _awaitsEarly ? "its early warning" : _calibration.Missing;

    /// <summary>Writes what has changed.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="into">Takes it.</param>
    public void WriteChunks(int index, ChunkWriter into)
    {
        into.Write(new ChunkKey(ChunkKind.Series, index).ToString(), ExchangeCounts);
        into.Write(new ChunkKey(ChunkKind.Rule, index).ToString(), state => TryExchangeRule(state));
        if (_early is not null) into.Write(new ChunkKey(ChunkKind.Early, index).ToString(), state => TryExchangeEarlyWarning(state));
        _calibration.WriteChunks(index, into);
    }

    /// <summary>Takes over a chunk of its own; in the order of <see cref="ChunkKind"/>.</summary>
    /// <returns>False if it does not fit the settings: then that part begins anew.</returns>
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
        else if (!(key.Kind == ChunkKind.Rule ? TryExchangeRule(state) : TryExchangeEarlyWarning(state))) return false;
        state.AssertEnd();
        return true;
    }

    /// <summary>Counts and total. By how many series share the false-alarm rate follows from when each had its first prediction.</summary>
    private void ExchangeCounts(StateExchange state)
    {
        state.Mark("series");
        state.Exchange(ref _predictions);
        state.Exchange(ref _matched);
        state.Exchange(ref _expired);
        state.Exchange(ref _firstPrediction);
        state.Exchange(ref _lastPrediction);
        state.Exchange(ref _lastMatch);
        if (_gap is not null) state.Exchange(_gap);
        bool early = state.Kept(_early is not null);
        state.Exchange(_calibration);
        if (!state.IsReading) return;
        _awaitsEarly = early;
        _captured = null;
        if (_predictions > 0) See(_firstPrediction);
    }

    /// <summary>The rule and the episode. Whether the gate is held follows from the episode.</summary>
    private bool TryExchangeRule(StateExchange state)
    {
        string shape = StateShape.OfRule(_key, _options);
        if (state.KeptText(shape) != shape) return false;
        state.Mark("rule");
        state.Exchange(_detector);
        state.Exchange(_policy);
        if (state.IsReading && _policy.State == EpisodeState.Cooling) _gate.Enter(_key);
        return true;
    }

    private bool TryExchangeEarlyWarning(StateExchange state)
    {
        string shape = StateShape.OfEarlyWarning(_key, _options);
        if (state.KeptText(shape) != shape) return false;
        state.Mark("early warning");
        state.Exchange(_early!);
        return true;
    }
}
