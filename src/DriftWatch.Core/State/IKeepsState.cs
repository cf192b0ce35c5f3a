namespace DriftWatch.Core.State;

/// <summary>Something whose state outlives the process.</summary>
public interface IKeepsState
{
    /// <summary>Walks over all that it keeps, in one order: writes it, or takes over what was written.</summary>
    /// <remarks>
    /// Law: writing, then reading into an object made with the same options, gives one that behaves the same to the last bit. What follows from the
    /// options, and pictures that can be made again, are left out.
    /// </remarks>
    void Exchange(StateExchange state);
}
