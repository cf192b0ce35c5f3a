namespace DriftWatch.Core.Recalibration;

/// <summary>A document that is no calibration map, or no longer the one that was written.</summary>
public sealed class MapFormatException : Exception
{
    public MapFormatException()
    {
    }

    public MapFormatException(string message)
        : base(message)
    {
    }

    public MapFormatException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
