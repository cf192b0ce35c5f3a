namespace DriftWatch.Core.Joining;

/// <summary>The meetings that the newest record brought about.</summary>
internal sealed class Meetings
{
    private Meeting[] _meetings = new Meeting[4];
    private int _count;

    public ReadOnlySpan<Meeting> All => _meetings.AsSpan(0, _count);

    public void Clear() => _count = 0;

    public void Add(in Meeting meeting)
    {
        if (_count == _meetings.Length) Array.Resize(ref _meetings, 2 * _count);
        _meetings[_count++] = meeting;
    }
}
