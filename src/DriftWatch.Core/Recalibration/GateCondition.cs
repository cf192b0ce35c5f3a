namespace DriftWatch.Core.Recalibration;

/// <summary>One thing that has to hold before a map is accepted.</summary>
/// <param name="Name">In JSON: <c>labeled</c>, <c>rarer</c>, <c>gain</c>, <c>ece</c>, <c>discrimination</c>, <c>slope</c>, <c>change</c>, <c>nextBlock</c>.</param>
/// <param name="Passed">Whether it does.</param>
/// <param name="Value">What was found; null if nothing had to be measured.</param>
/// <param name="Bound">What it is held against; null likewise.</param>
/// <param name="Text">Both in words.</param>
public sealed record GateCondition(string Name, bool Passed, double? Value, double? Bound, string Text);
