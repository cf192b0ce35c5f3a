namespace DriftWatch.Replay;

/// <summary>How far a replay has come: written by those who work, looked at by the one who shows it.</summary>
internal sealed class ReplayMeter
{
    private long _predictionRows;
    private long _labelRows;
    private long _toPlay;

    public ReplayFile? Predictions { get; set; }

    public ReplayFile? Labels { get; set; }

    public Player? Player { get; private set; }

    public long Rows => Volatile.Read(ref _predictionRows) + Volatile.Read(ref _labelRows);

    /// <summary>Share of the files that was read; null where standard input does not tell.</summary>
    public double? ReadShare => Predictions is { StoredBytes: > 0 } predictions && Labels is { StoredBytes: > 0 } labels
        ? (double)(predictions.StoredBytesRead + labels.StoredBytesRead) / (predictions.StoredBytes + labels.StoredBytes)
        : null;

    /// <summary>Share of the rows that was played.</summary>
    public double PlayedShare => Player is { } player && Volatile.Read(ref _toPlay) is > 0 and var all ? (double)player.Played / all : 0;

    public void CountPrediction() => Volatile.Write(ref _predictionRows, _predictionRows + 1);

    public void CountLabel() => Volatile.Write(ref _labelRows, _labelRows + 1);

    public void StartPlaying(Player player, long rows)
    {
        Volatile.Write(ref _toPlay, rows);
        Player = player;
    }
}
