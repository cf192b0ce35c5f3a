namespace DriftWatch.Kafka.Causes;

/// <summary>How much a cause explains. What explains more is not displaced by what explains less.</summary>
internal enum CauseRank
{
    /// <summary>That nobody answers: what is left when the client has said why long ago, and says it no more.</summary>
    Silence,

    /// <summary>What happened to a connection, and a guess at why.</summary>
    Connection,

    /// <summary>What the broker, or TLS, said itself: it ends by a change of settings or rights, not by waiting.</summary>
    Answer,
}

/// <summary>One thing that goes wrong between us and a cluster: how the client says it, and what to change.</summary>
/// <param name="Rank">How much it explains.</param>
/// <param name="Is">Whether these words mean it.</param>
/// <param name="Sentence">What is wrong, in words that name the setting or the command. May ask the network, for a few seconds.</param>
internal sealed record Cause(CauseRank Rank, Func<Said, bool> Is, Func<Said, string> Sentence);
