using DriftWatch.Core.Drift;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.EarlyWarning;

/// <summary>What the early warning of a model goes by.</summary>
/// <param name="Options">Its own settings.</param>
/// <param name="Watch">What decides on the model: the width of its windows, and what its detector takes for granted.</param>
/// <param name="Windows">How event time is cut.</param>
/// <param name="ExpectsLabels">Whether a label that stays out is missing; false where an expired prediction counts as negative.</param>
public sealed record EarlyWarningTerms(EarlyWarningOptions Options, WatchOptions Watch, WindowOptions Windows, bool ExpectsLabels);
