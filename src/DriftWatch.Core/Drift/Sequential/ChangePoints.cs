using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>For each bet of a mixture, the stretch in which the change that it bets on may have come.</summary>
/// <remarks>
/// <para>S is what a bet has gained so far; its onset is where S is least, for there S gains most from then to now. A change at τ is not ruled out where S(τ) ≤ least S + ln 40.
/// Before a change e^gain has mean at most 1, so S stands ln 40 above its value at the change at some earlier time with probability 1/40 at most (Ville, backwards in
/// time); after it the same holds of e^−gain where outcomes are off as the bet says, or more. Together: the change is in the set with probability .95 or more, if
/// panes are independent given the claims.</para>
/// <para>When S first came down to a level is kept for four levels, a third of ln 40 apart: the earliest of them is as early as asked, or a level earlier.</para>
/// </remarks>
internal sealed class ChangePoints(int count) : IKeepsState
{
    private const int Levels = 4;
    private const double Deepest = 1e9;
    private static readonly double Depth = Math.Log(40);
    private static readonly double Step = Depth / (Levels - 1);
    private static readonly double Unseen = -Depth;

    private readonly double[] _fallen = new double[count]; // by how much least S lies below its beginning; one whose beginning was not seen has to come down to it first
    private readonly int[] _reached = new int[count * Levels]; // seconds from _epoch, at the level's number modulo Levels
    private readonly int[] _until = new int[count];
    private EventTime? _epoch;
    private int _start;
    private int _before; // start of the data before: a change may lie in the midst of it
    private int _end;

    /// <summary>Data of all bets come.</summary>
    public void Begin(EventTime start, EventTime end)
    {
        var epoch = _epoch ??= start;
        (_before, _start, _end) = (_start, Seconds(start - epoch), Seconds(end - epoch));
    }

    /// <summary>Before a bet takes them.</summary>
    /// <param name="bet">Which.</param>
    /// <param name="ahead">S less its least value before; what is below 0 is a new least value.</param>
    public void Note(int bet, double ahead)
    {
        if (ahead < 0) Fall(bet, -ahead);
        if (ahead <= Depth) _until[bet] = _end;
    }

    /// <summary>Where the change lies that a bet points to; null where its beginning was not seen.</summary>
    public OnsetInterval? Of(int bet)
    {
        if (_epoch is not { } epoch || _fallen[bet] < 0) return null;
        return new(epoch + TimeSpan.FromSeconds(_reached[Place(bet, Level(bet) - Levels + 1)]), epoch + TimeSpan.FromSeconds(_until[bet]));
    }

    public void Reset()
    {
        Array.Clear(_fallen);
        Array.Clear(_reached);
        Array.Clear(_until);
        (_epoch, _start, _before, _end) = (null, 0, 0, 0);
    }

    /// <remarks>Before there was this, bets went on without it.</remarks>
    public void Exchange(StateExchange state)
    {
        if (state.Version < ChunkFormat.OnsetIntervals)
        {
            Reset();
            Array.Fill(_fallen, Unseen);
            return;
        }

        state.Exchange(ref _epoch);
        state.Exchange(ref _before);
        state.Exchange(ref _start);
        state.Exchange(ref _end);
        state.Exchange(_fallen.AsSpan());
        state.Exchange(_reached.AsSpan());
        state.Exchange(_until.AsSpan());
        if (state.IsReading && !_fallen.All(fallen => fallen >= Unseen && fallen <= Deepest)) throw new StateFormatException("A bet has come down by more than can be.");
    }

    private int Level(int bet) => (int)Math.Floor(_fallen[bet] / Step);

    private static int Place(int bet, int level) => (bet * Levels) + ((level + (2 * Levels)) % Levels);

    private void Fall(int bet, double by)
    {
        int from = Level(bet);
        _fallen[bet] = Math.Min(Deepest, _fallen[bet] + by);
        int to = Level(bet);
        for (int level = Math.Max(from + 1, to - Levels + 1); level <= to; level++) _reached[Place(bet, level)] = _before;
    }

    private static int Seconds(TimeSpan time) => (int)Math.Min(int.MaxValue, time.TotalSeconds);
}
