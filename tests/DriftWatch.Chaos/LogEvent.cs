namespace DriftWatch.Chaos;

/// <summary>Something that is done to the log, and what must come of it.</summary>
/// <param name="Name">By which it is chosen.</param>
/// <param name="What">What is done, and what is expected.</param>
/// <param name="Instances">How many instances there are.</param>
/// <param name="Act">Does it, and throws <see cref="UnexpectedException"/> where something else comes of it.</param>
internal sealed record LogEvent(string Name, string What, int Instances, Func<Stage, Task> Act);

/// <summary>What came of an event is not what should.</summary>
internal sealed class UnexpectedException(string message) : Exception(message);
