namespace DriftWatch.Core.Support;

/// <summary>What Python's <c>random.Random(seed)</c> gives (Mersenne Twister), so that the examples in River's documentation can be run here.</summary>
internal sealed class PythonRandom
{
    private const int Size = 624;
    private readonly uint[] _state = new uint[Size];
    private int _next = Size;
    private double? _spareNormal;

    public PythonRandom(uint seed)
    {
        _state[0] = 19650218;
        for (uint i = 1; i < Size; i++) _state[i] = (1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30))) + i;
        int at = 1;
        for (int k = 0; k < Size; k++, Step(ref at)) _state[at] = (_state[at] ^ ((_state[at - 1] ^ (_state[at - 1] >> 30)) * 1664525)) + seed;
        for (int k = 1; k < Size; k++, Step(ref at)) _state[at] = (_state[at] ^ ((_state[at - 1] ^ (_state[at - 1] >> 30)) * 1566083941)) - (uint)at;
        _state[0] = 0x80000000;
    }

    /// <summary><c>random()</c>.</summary>
    public double Unit() => (((Word() >> 5) * 67108864.0) + (Word() >> 6)) / 9007199254740992.0;

    /// <summary>One of <c>choices(range(count))</c>.</summary>
    public int Choice(int count) => (int)(Unit() * count);

    /// <summary><c>gauss(mean, 1)</c>.</summary>
    public double Normal(double mean)
    {
        if (_spareNormal is { } spare)
        {
            _spareNormal = null;
            return mean + spare;
        }

        double angle = Unit() * 2 * Math.PI;
        double radius = Math.Sqrt(-2 * Math.Log(1 - Unit()));
        _spareNormal = Math.Sin(angle) * radius;
        return mean + (Math.Cos(angle) * radius);
    }

    private void Step(ref int at)
    {
        if (++at < Size) return;
        _state[0] = _state[Size - 1];
        at = 1;
    }

    private uint Word()
    {
        if (_next == Size) Twist();
        uint y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >> 18);
    }

    private void Twist()
    {
        for (int i = 0; i < Size; i++)
        {
            uint y = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7fffffff);
            _state[i] = _state[(i + 397) % Size] ^ (y >> 1) ^ ((y & 1) * 0x9908b0df);
        }

        _next = 0;
    }
}
