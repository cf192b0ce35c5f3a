namespace DriftWatch;

/// <summary>How a command ends.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>It could not do what it was asked; the message says why.</summary>
    public const int Failure = 1;

    /// <summary>It was not asked in a way it understands.</summary>
    public const int Usage = 2;

    /// <summary>Drift was found, and the caller wanted that to count.</summary>
    public const int Drift = 3;

    /// <summary>Nothing could be judged, and the caller wanted to know of drift: silence without data is no praise.</summary>
    public const int NothingJudged = 4;

    /// <summary>A fault of ours ended it (EX_SOFTWARE of sysexits).</summary>
    public const int SoftwareFault = 70;

    /// <summary>The configuration is wrong (EX_CONFIG of sysexits).</summary>
    public const int BadConfiguration = 78;

    /// <summary>Ctrl-C (128 + SIGINT).</summary>
    public const int Interrupted = 130;

    /// <summary>SIGTERM ended something that was not done (128 + SIGTERM).</summary>
    public const int Terminated = 143;

    public static readonly IReadOnlyList<(int Code, string Meaning)> All =
    [
        (Ok, "ok"),
        (Failure, "failure; the message says what and why"),
        (Usage, "wrong usage: unknown command, option or argument"),
        (Drift, "drift was found and --fail-on-drift was given (replay)"),
        (NothingJudged, "nothing was judged (no prediction met its label) and --fail-on-drift was given (replay)"),
        (SoftwareFault, "a fault in DriftWatch itself ended the service; started again, it reads on from the last commit"),
        (BadConfiguration, "the configuration is wrong; every fault is listed with its place"),
        (Interrupted, "ended by Ctrl-C"),
    ];
}
