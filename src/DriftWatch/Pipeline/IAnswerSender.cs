using System.Text.Json.Nodes;
using DriftWatch.Core.Drift;

namespace DriftWatch.Pipeline;

/// <summary>Sends answers to their topic, where the service reads them as it reads those of pipelines: there is one way in.</summary>
internal interface IAnswerSender
{
    /// <summary>The topic; null: none is set, and nothing can be sent.</summary>
    string? Topic { get; }

    /// <summary>Who sends them: it is in the id of each.</summary>
    string Source { get; }

    /// <summary>Sends one answer, and waits until the brokers have it.</summary>
    /// <param name="kind">What is answered.</param>
    /// <param name="episode">The episode.</param>
    /// <param name="data">What else it says.</param>
    /// <param name="cancel">Nobody waits any more.</param>
    /// <exception cref="AnswerNotSentException">It could not be sent, or the answer would not be understood; the message says why.</exception>
    Task<SentAnswer> SendAsync(AnswerKind kind, string episode, JsonObject data, CancellationToken cancel);
}

/// <summary>Where an answer lies.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Place">As <c>topic[partition]@offset</c>.</param>
internal sealed record SentAnswer(string Id, string Place);

/// <summary>An answer was not sent.</summary>
internal sealed class AnswerNotSentException(string message, bool isOurs = false, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether the answer itself is at fault, not the brokers.</summary>
    public bool IsOurs => isOurs;
}
