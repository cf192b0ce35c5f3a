namespace DriftWatch.Files;

/// <summary>Cuts a stream of text into JSON values, without reading them.</summary>
internal interface IJsonSource
{
    /// <summary>The line on which the current value begins, from 1.</summary>
    long Line { get; }

    /// <summary>The current value; empty if it is too long.</summary>
    ReadOnlySpan<byte> Value { get; }

    bool IsOversize { get; }

    /// <summary>Goes on to the next value.</summary>
    bool Read();
}
