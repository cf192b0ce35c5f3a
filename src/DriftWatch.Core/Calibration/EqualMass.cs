namespace DriftWatch.Core.Calibration;

/// <summary>Cuts the fine bins of a sketch into regions of about equal mass, without splitting a fine bin.</summary>
internal static class EqualMass
{
    /// <summary>The region of each fine bin. Regions are contiguous, none of them is without mass.</summary>
    /// <remarks>A fine bin goes where the middle of its mass lies; one without mass goes with the region below it, or with the first.</remarks>
    /// <param name="sketch">Whose bins.</param>
    /// <param name="regions">How many regions at most.</param>
    /// <param name="mass">The mass of a bin.</param>
    /// <param name="count">How many there are; 0 if there is no mass, and then every bin is given region 0.</param>
    public static byte[] Regions(CalibrationSketch sketch, int regions, Func<SketchCell, long> mass, out int count)
    {
        long total = 0;
        for (int bin = 0; bin < sketch.Grid.Count; bin++) total += mass(sketch[bin]);

        byte[] regionOf = new byte[sketch.Grid.Count];
        long below = 0;
        int last = -1;
        count = 0;
        for (int bin = 0; bin < regionOf.Length; bin++)
        {
            long here = mass(sketch[bin]);
            if (here > 0)
            {
                int wanted = (int)((Int128)((2 * below) + here) * regions / (2 * total));
                if (wanted != last) count++;
                last = wanted;
                below += here;
            }

            regionOf[bin] = (byte)Math.Max(0, count - 1);
        }

        return regionOf;
    }
}
