using Confluent.Kafka;
using DriftWatch.Kafka.Producing;
using DriftWatch.Options;

namespace DriftWatch.Kafka.Causes;

/// <summary>Why a client cannot connect, kept until it can.</summary>
/// <remarks>
/// The client says the cause first and then only that all brokers are down; the same words a second time it holds back for half a minute. So what explains most is kept until a broker
/// has answered, or it has not been said again for twice that time.
/// </remarks>
internal sealed class CauseMemory(KafkaOptions options, TimeProvider time)
{
    private static readonly TimeSpan Keeping = TimeSpan.FromSeconds(70);

    private readonly Lock _gate = new();
    private Kept? _kept;

    /// <summary>The client had an error; may be called from any thread.</summary>
    public void Record(Error error)
    {
        if (Trouble.IsOfConnection(error.Code)) Keep(new Said(error.Code, error.Reason, options));
    }

    /// <summary>The client wrote a line. That a connection was closed it says there only.</summary>
    public void Record(LogMessage message)
    {
        if (message.Facility == "FAIL") Keep(new Said(ErrorCode.Local_Transport, message.Message, options));
    }

    /// <summary>A broker has answered: what was heard before explains nothing any more.</summary>
    public void Forget()
    {
        lock (_gate) _kept = null;
    }

    /// <summary>What lies behind an error, in one sentence that names what to change. May take some seconds, see <see cref="Cause.Sentence"/>.</summary>
    public string Describe(Error error)
    {
        var said = new Said(error.Code, error.Reason, options);
        var cause = Trouble.Find(said);
        // A connection that was closed is the answer to a question that was not: what was heard about it says more.
        return cause.Rank < CauseRank.Answer && Fresh is { } kept && kept.Cause.Rank >= cause.Rank ? kept.Sentence.Result : cause.Sentence(said);
    }

    /// <summary>What a broker has answered instead of letting us in, if that still holds; null otherwise.</summary>
    /// <remarks>Never waits.</remarks>
    public string? Refusal => Fresh is { Cause.Rank: CauseRank.Answer, Sentence: { IsCompletedSuccessfully: true } sentence } ? sentence.Result : null;

    /// <summary>What was heard last that explains something, if it still holds; null otherwise. May take some seconds.</summary>
    public string? Newest => Fresh?.Sentence.Result;

    /// <summary>As <see cref="Newest"/>, if it is about a broker of the cluster: while others answer, that a bootstrap server does not explains nothing.</summary>
    public string? NewestOfBroker => Fresh is { Said.IsBootstrap: false } kept ? kept.Sentence.Result : null;

    private Kept? Fresh
    {
        get
        {
            lock (_gate) return _kept is { } kept && time.GetUtcNow() - kept.At <= Keeping ? kept : null;
        }
    }

    private void Keep(Said said)
    {
        var cause = Trouble.Find(said);
        if (cause.Rank == CauseRank.Silence) return;
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_kept is { } kept && kept.Cause.Rank > cause.Rank && now - kept.At <= Keeping) return;
            // Said again: the sentence stays, so that a certificate is looked at once.
            if (_kept is { } same && same.Cause == cause && same.Said.Address == said.Address && same.Said.Text == said.Text) _kept = same with { At = now };
            else _kept = new Kept(cause, said, now, Task.Run(() => cause.Sentence(said)));
        }
    }

    private sealed record Kept(Cause Cause, Said Said, DateTimeOffset At, Task<string> Sentence);
}
