namespace DriftWatch.Pipeline;

/// <summary>The topic of answers as the loop sees it: records as they come, from where the state has read up to. No input: what is wrong with it never keeps the service from counting.</summary>
internal interface IAnswerSource : IDisposable
{
    /// <summary>Why no answers are read, in one sentence with the way out; null: they are.</summary>
    string? Trouble { get; }

    /// <summary>The next record, if one is at hand; a partition's in order. Never waits.</summary>
    SingleRecord? Take();
}
