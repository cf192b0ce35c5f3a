using DriftWatch.Core.Time;
using DriftWatch.Pipeline;

namespace DriftWatch.Web;

/// <summary>How far a restore is, in numbers and in words: the same on page, API and probe.</summary>
internal static class RestoreEstimate
{
    /// <summary>Below this share an estimate would be a guess.</summary>
    private const double LeastShare = 0.02;

    /// <summary>Share of what must be read again that has been, 0 to 1; null while that is not known: the checkpoint itself is being read.</summary>
    public static double? Share(RestoreSnapshot restore) => restore.Total > 0 ? Math.Clamp((double)restore.Done / restore.Total, 0, 1) : null;

    /// <summary>How long it will take at the pace so far; null if too little is done to tell.</summary>
    public static TimeSpan? Left(RestoreSnapshot restore, DateTimeOffset now) =>
        Share(restore) is { } share and >= LeastShare && now > restore.Since ? (now - restore.Since) * ((1 - share) / share) : null;

    /// <summary>For a probe's line: what is done, of what, and how long it will take.</summary>
    public static string Sentence(RestoreSnapshot? restore, DateTimeOffset now)
    {
        if (restore is null || Share(restore) is not { } share) return "The checkpoint is being read.";
        string left = Left(restore, now) is { } time ? $", about {Durations.About(time)} left" : "";
        // Rounded down: 100 % is said when it is done.
        return $"{restore.Done} of {restore.Total} records are read again ({Math.Floor(share * 100):0} %){left}.";
    }
}
