namespace DriftWatch.Sets;

/// <summary>Why no calibration set can be made, in words.</summary>
internal sealed class SetException(string message, Exception? inner = null) : Exception(message, inner);
