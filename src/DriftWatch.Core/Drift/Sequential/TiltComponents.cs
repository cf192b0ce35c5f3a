using System.Diagnostics;
using System.Collections.Concurrent;
using System.Runtime.Intrinsics;
using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>What a component bets on.</summary>
public enum TiltFamily : byte
{
    /// <summary>All log-odds off by the same amount.</summary>
    Shift,

    /// <summary>Log-odds off in proportion to themselves: claims too extreme or too tame.</summary>
    Sharp,

    /// <summary>Log-odds off in one region of claims.</summary>
    Local,
}

/// <summary>The alternatives that the detector bets on: tilts of the log-odds, one per component and fine bin (statistics §6.3).</summary>
/// <remarks>Fixed before the first bet and shared by all series of a grid. Weights sum to 1.</remarks>
public sealed class TiltComponents
{
    public const int Regions = 10;

    private const double SteepestTilt = 3;
    private static readonly double[] ShiftAmplitudes = [-.8, -.4, -.2, -.1, .1, .2, .4, .8];
    private static readonly double[] SharpAmplitudes = [-.5, -.35, -.2, -.1, .1, .25, .5, 1];
    private static readonly double[] LocalAmplitudes = [-.8, -.3, .3, .8];
    private static readonly ConcurrentDictionary<Grid, TiltComponents> Standard = [];

    private readonly List<(TiltFamily Family, double Amplitude, int Region, double Weight)> _components = [];
    private readonly ActiveBets[] _activeIn; // per fine bin, the components that bet there
    private readonly double[] _tilts; // [bin * Count + component]
    private readonly byte[] _regionOf;

    private TiltComponents(Grid grid, ReadOnlySpan<byte> regionOf, IEnumerable<(TiltFamily, double, int, double)> components)
    {
        Grid = grid;
        _components.AddRange(components);
        _regionOf = regionOf.ToArray();
        _tilts = new double[grid.Count * Count];
        _activeIn = new ActiveBets[grid.Count];
        for (int bin = 0; bin < grid.Count; bin++)
        {
            for (int j = 0; j < Count; j++)
            {
                _tilts[(bin * Count) + j] = TiltOf(_components[j].Family, _components[j].Amplitude, _components[j].Region, bin);
            }

            _activeIn[bin] = new(_tilts.AsSpan(bin * Count, Count));
        }
    }

    public Grid Grid { get; }

    public int Count => _components.Count;

    /// <summary>The 56 components over the ten tenths of [0, 1].</summary>
    public static TiltComponents Of(Grid grid) =>
        Standard.GetOrAdd(grid, g => Of(g, [.. g.Midpoints.Select(middle => (byte)(middle * Regions))]));

    /// <summary>The 56 components over regions of one's own choice: equal-mass ones, where claims crowd in one tenth.</summary>
    /// <param name="grid">The grid of the sketches.</param>
    /// <param name="regionOf">For each fine bin, its region below <see cref="Regions"/>.</param>
    public static TiltComponents Of(Grid grid, ReadOnlySpan<byte> regionOf) => new(grid, regionOf,
    [
        .. ShiftAmplitudes.Select(a => (TiltFamily.Shift, a, -1, 1.0 / 24)),
        .. SharpAmplitudes.Select(a => (TiltFamily.Sharp, a, -1, 1.0 / 24)),
        .. from region in Enumerable.Range(0, Regions) from a in LocalAmplitudes select (TiltFamily.Local, a, region, 1.0 / 120),
    ]);

    /// <summary>Shifts to one side only: for outcomes that may be better than claimed (coverage).</summary>
    /// <param name="grid">The grid of the sketches.</param>
    /// <param name="upwards">Whether outcomes more often than claimed are looked for, or less often.</param>
    public static TiltComponents OneSided(Grid grid, bool upwards)
    {
        double[] amplitudes = [.. ShiftAmplitudes.Where(a => a > 0 == upwards)];
        return new(grid, new byte[grid.Count], amplitudes.Select(a => (TiltFamily.Shift, a, -1, 1.0 / amplitudes.Length)));
    }

    public TiltFamily Family(int component) => _components[component].Family;

    public double Amplitude(int component) => _components[component].Amplitude;

    public double Weight(int component) => _components[component].Weight;

    /// <summary>The tilt of the log-odds that a component bets on in a fine bin.</summary>
    public double Tilt(int component, int bin) => _tilts[(bin * Count) + component];

    /// <summary>Edges of the region of a local component.</summary>
    public (double Low, double High)? Region(int component)
    {
        if (Family(component) != TiltFamily.Local) return null;
        int first = Array.IndexOf(_regionOf, (byte)_components[component].Region);
        return first < 0 ? null : (Grid.Edges[first], Grid.Edges[Array.LastIndexOf(_regionOf, (byte)_components[component].Region) + 1]);
    }

    /// <summary>The bounded logit of a fine bin's middle times an amplitude: what "too extreme" looks like.</summary>
    internal static double Sharp(Grid grid, double amplitude, int bin)
    {
        double middle = grid.Midpoints[bin];
        return Math.Clamp(amplitude * Math.Log(middle / (1 - middle)), -SteepestTilt, SteepestTilt);
    }

    internal ActiveBets ActiveIn(int bin) => _activeIn[bin];

    /// <summary>The components that bet in one fine bin, packed for vectors: filled up to whole ones with bets of nothing on component 0.</summary>
    internal sealed class ActiveBets
    {
        public ActiveBets(ReadOnlySpan<double> tilts)
        {
            List<int> active = [];
            for (int j = 0; j < tilts.Length; j++)
            {
                if (tilts[j] != 0) active.Add(j);
            }

            while (active.Count % Vector256<double>.Count > 0) active.Add(-1);
            double[] packed = new double[active.Count];
            for (int i = 0; i < packed.Length; i++) packed[i] = active[i] < 0 ? 0 : tilts[active[i]];
            Components = [.. active.Select(j => Math.Max(0, j))];
            Tilts = packed;
            Factors = [.. packed.Select(tilt => Math.Exp(tilt) - 1)];
        }

        public int[] Components { get; }

        public double[] Tilts { get; }

        /// <summary>exp(tilt) − 1.</summary>
        public double[] Factors { get; }
    }

    private double TiltOf(TiltFamily family, double amplitude, int region, int bin) => family switch
    {
        TiltFamily.Shift => amplitude,
        TiltFamily.Sharp => Sharp(Grid, amplitude, bin),
        TiltFamily.Local => _regionOf[bin] == region ? amplitude : 0,
        _ => throw new UnreachableException(),
    };
}
