using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Windowing;

/// <summary>Which of the tumbling windows is open, where what comes is in order of time: at most one is.</summary>
/// <remarks>It says when a window ends; what it holds belongs to the caller, who takes it out before anything of the next goes in.</remarks>
/// <param name="width">Of the windows.</param>
/// <param name="origin">Where one starts.</param>
internal struct TumblingWindow(TimeSpan width, EventTime origin)
{
    private EventTime? _start;

    /// <summary>Start of the open window; null: none is.</summary>
    public readonly EventTime? Start => _start;

    /// <summary>Opens the window of a moment.</summary>
    /// <returns>Start of the window that ends by that; null if it is the same, or none was open.</returns>
    public EventTime? MoveTo(EventTime time)
    {
        var (before, now) = (_start, time.FloorTo(width, origin));
        _start = now;
        return before == now ? null : before;
    }

    /// <summary>Says that nothing that ends at or before <paramref name="time"/> will come any more.</summary>
    /// <returns>Start of the window that ends by that; null if none does.</returns>
    public EventTime? AdvanceTo(EventTime time)
    {
        if (_start is not { } open || open + width > time) return null;
        _start = null;
        return open;
    }

    public void Exchange(StateExchange state) => state.Exchange(ref _start);
}
