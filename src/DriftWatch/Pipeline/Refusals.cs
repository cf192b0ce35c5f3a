using System.Text;
using DriftWatch.Core.Input;

namespace DriftWatch.Pipeline;

/// <summary>What was refused of one record: the record itself, or some of its rows. The first decides the reason; the first few are told.</summary>
internal sealed class Refusals
{
    private const int Told = 8;

    private readonly StringBuilder _detail = new();
    private RejectReason _reason;

    public int Count { get; private set; }

    public bool Any => Count > 0;

    public void Add(RejectReason reason, string? detail)
    {
        if (Count == 0) _reason = reason;
        else if (Count < Told) _detail.Append("; ");
        if (Count++ < Told) _detail.Append(detail);
    }

    /// <summary>What a dead letter says, and begins with the next record.</summary>
    public (RejectReason Reason, string? Detail) Take()
    {
        if (Count > Told) _detail.Append($"; and {Count - Told} more rows");
        var taken = (_reason, _detail.Length > 0 ? _detail.ToString() : null);
        _detail.Clear();
        Count = 0;
        return taken;
    }
}
