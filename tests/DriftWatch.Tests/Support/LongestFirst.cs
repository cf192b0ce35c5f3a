using Xunit.Sdk;
using Xunit.v3;

[assembly: Xunit.TestCollectionOrderer(typeof(DriftWatch.LongestFirst))]

namespace DriftWatch;

/// <summary>Begins with the classes that wait for brokers of their own for minutes: begun last, each would be waited for alone. All others keep their random order.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly Type[] Long = [typeof(Kafka.CausesTests), typeof(Kafka.Causes.RightsTests), typeof(Kafka.WaysOutTests)];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(Rank)];

    private static int Rank<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        int rank = Array.FindIndex(Long, type => collection.TestCollectionDisplayName.Contains(type.FullName!, StringComparison.Ordinal));
        return rank < 0 ? Long.Length : rank;
    }
}
