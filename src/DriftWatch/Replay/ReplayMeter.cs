using System.Diagnostics;

namespace DriftWatch.Replay;

/// <summary>How far a replay has come: written by those who work, looked at by the one who shows it.</summary>
internal sealed class ReplayMeter
{
    private long _predictionRows;
    private long _labelRows;
    private long _toPlay;

    /// <summary>How far the predictions are: so much of so much; of standard input the latter is not known.</summary>
    public Func<(long Done, long All)>? Predictions { get; set; }

    public Func<(long Done, long All)>? Labels { get; set; }

    public Player? Player { get; private set; }

    /// <summary>What has been done, and when it was done.</summary>
    public List<(ReplayStage Stage, long Timestamp)> Passed { get; } = [];

    public long Rows => Volatile.Read(ref _predictionRows) + Volatile.Read(ref _labelRows);

    /// <summary>Share of the input that was read; null where it does not tell.</summary>
    public double? ReadShare => Predictions?.Invoke() is { All: > 0 } predictions && Labels?.Invoke() is { All: > 0 } labels ? (double)(predictions.Done + labels.Done) / (predictions.All + labels.All) : null;

    /// <summary>Share of the rows that was played.</summary>
    public double PlayedShare => Player is { } player && Volatile.Read(ref _toPlay) is > 0 and var all ? (double)player.Played / all : 0;

    public void CountPrediction() => Volatile.Write(ref _predictionRows, _predictionRows + 1);

    public void CountLabel() => Volatile.Write(ref _labelRows, _labelRows + 1);

    /// <summary>Says that a stage is done. By the thread that replays.</summary>
    public void Pass(ReplayStage stage) => Passed.Add((stage, Stopwatch.GetTimestamp()));

    public void StartPlaying(Player player, long rows)
    {
        Volatile.Write(ref _toPlay, rows);
        Player = player;
    }
}
