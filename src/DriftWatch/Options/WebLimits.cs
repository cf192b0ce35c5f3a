namespace DriftWatch.Options;

/// <summary>Bounds of what is served over HTTP.</summary>
internal sealed record WebLimits
{
    /// <summary>How long the pipeline's loop may go without publishing a picture before <c>/healthz/live</c> says that it hangs. The default is one minute.</summary>
    /// <remarks>Shorter restarts a process that merely pauses (a large garbage collection, a throttled container); longer leaves a hung one in place.</remarks>
    public TimeSpan LoopSilence { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often an open page asks for a new snapshot, in milliseconds. The default is 1500.</summary>
    public int PagePollMilliseconds { get; init; } = 1500;

    /// <summary>The path under which a proxy hands on requests without taking it away, such as <c>/driftwatch</c>; null: it takes it away, or there is none.</summary>
    public string? BasePath { get; init; }

    /// <summary>What whoever answers over HTTP has to show; null: nobody may.</summary>
    public string? AnswerToken { get; init; }
}
