using Xunit;

namespace DriftWatch.Core.Joining;

/// <summary>Every record has exactly one fate.</summary>
internal static class JoinAccounts
{
    public static void AssertBalanced(JoinCounts c, string at)
    {
        long predictions = c.Matched + c.Expired + c.EvictedPredictions + c.DuplicatePredictions + c.LatePredictions + c.Pending;
        long labels = c.JoinedLabels + c.DuplicateLabels + c.LateLabels + c.Orphaned + c.Unreadable + c.EvictedLabels + c.WaitingLabels;
        Assert.True(c.Predictions == predictions, $"{at}: {c.Predictions} predictions, {predictions} fates: {c}");
        Assert.True(c.Labels == labels, $"{at}: {c.Labels} labels, {labels} fates: {c}");
    }
}
