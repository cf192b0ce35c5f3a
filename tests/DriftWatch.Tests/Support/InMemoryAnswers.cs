using System.Text;

namespace DriftWatch.Pipeline;

/// <summary>The topic of answers in memory, of one partition: each run reads it from where its state says.</summary>
internal sealed class InMemoryAnswers
{
    public const string Topic = "answers";

    private readonly List<SingleRecord> _records = [];

    public int Count => _records.Count;

    public void Append(string? json, params ReadOnlySpan<RecordHeader> headers) =>
        _records.Add(new(Topic, 0, _records.Count, null, json is null ? null : Encoding.UTF8.GetBytes(json), [.. headers]) { Timestamp = 1_800_000_000_000, TimestampType = "CreateTime" });

    /// <summary>The topic is deleted, and made again empty.</summary>
    public void Clear() => _records.Clear();

    public IAnswerSource Open(IReadOnlyList<AnswerOffset> read) => new Source(_records, read.Count == 0 ? 0 : (int)read.Single(one => one.Topic == Topic).Offset);

    private sealed class Source(List<SingleRecord> records, int next) : IAnswerSource
    {
        public string? Trouble => null;

        public SingleRecord? Take() => next < records.Count ? records[next++] : null;

        public void Dispose()
        {
        }
    }
}
