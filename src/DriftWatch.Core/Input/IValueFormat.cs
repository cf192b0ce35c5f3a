namespace DriftWatch.Core.Input;

/// <summary>How the values of one topic are written, where that is not plain JSON: makes JSON of each, which is then read like any other.</summary>
/// <remarks>One owner thread. Never throws on any bytes, never waits: what is not at hand is fetched meanwhile, and <see cref="IsReady"/> says when it is there. A format that has all it needs leaves that as it is.</remarks>
public interface IValueFormat
{
    /// <summary>The JSON that the last value came to; valid until the next.</summary>
    ReadOnlySpan<byte> Json { get; }

    /// <summary>What keeps it from being ready, in one sentence with the fix; null: nothing, or it has only just begun.</summary>
    string? Trouble => null;

    /// <summary>A further batch begins: what only the one before needed may be forgotten.</summary>
    void BeginBatch()
    {
    }

    /// <summary>Whether all that is needed to read a value is at hand. It then is until the next batch but one begins; if not, it begins to be fetched.</summary>
    bool IsReady(ReadOnlySpan<byte> value) => true;

    /// <summary>Makes <see cref="Json"/> of a value that is ready.</summary>
    /// <returns>Why it cannot be read; none: it can.</returns>
    FormatFault Decode(ReadOnlySpan<byte> value);
}

/// <summary>Why a value is not of its topic's format.</summary>
/// <param name="Reason">The reason; <see cref="RejectReason.None"/>: it is.</param>
/// <param name="Expected">What was expected, with the fix where there is one.</param>
/// <param name="Position">At which byte; negative: at none.</param>
public readonly record struct FormatFault(RejectReason Reason, string Expected, int Position = -1);
