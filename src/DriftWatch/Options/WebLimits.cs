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

    /// <summary>PEM file with the certificate of page and API, its chain behind it; null: they are served without TLS.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file with its key.</summary>
    public string? Key { get; init; }

    /// <summary>Who may look, where there is a <see cref="Password"/>.</summary>
    public string User { get; init; } = "driftwatch";

    /// <summary>With what password; null: everybody who reaches the port may.</summary>
    public string? Password { get; init; }

    /// <summary>What whoever answers over HTTP has to show; null: nobody may.</summary>
    public string? AnswerToken { get; init; }
}
