using System.Text;
using DriftWatch.Kafka.Answering;
using Xunit;

namespace DriftWatch.Commands;

public sealed class EpisodeTrailTests
{
    [Fact]
    public void An_episode_of_which_no_event_tells_is_mistyped_or_gone_unless_it_stands_in_the_topic_of_what_stands()
    {
        var trail = new EpisodeTrail("e");
        trail.Read(Event("requested", "another", 0, "cooling"));
        Assert.StartsWith("no event on requests names episode e; is the id mistyped", trail.Objection("requests"), StringComparison.Ordinal);
        trail.Read(new("state", 0, 1, "episodes/e"u8.ToArray(), "{}"u8.ToArray(), [], 0));
        Assert.Null(trail.Objection("requests"));
        trail.Read(new("state", 0, 2, "episodes/e"u8.ToArray(), null, [], 0));
        Assert.NotNull(trail.Objection("requests"));
    }

    [Theory]
    [InlineData("requested", "cooling", null)]
    [InlineData("updated", "cooling", null)]
    [InlineData("updated", "answered", "ada has answered at T, and the first answer counts")]
    [InlineData("updated", "dismissed", "ada has answered at T, and the first answer counts")]
    [InlineData("ineffective", "ineffective", null)]
    [InlineData("rollback-requested", "worsened", null)]
    [InlineData("resolved", "recovered", "the episode is over, resolved at 2026-03-02T00:00:00Z")]
    [InlineData("superseded", "inactive", "the episode is over, superseded at 2026-03-02T00:00:00Z")]
    public void The_event_with_the_highest_number_says_whether_an_answer_would_count(string type, string state, string? objection)
    {
        var trail = new EpisodeTrail("e");
        trail.Read(Event(type, "e", 3, state));
        trail.Read(Event("requested", "e", 0, "cooling")); // sent again
        trail.Read(Event("completed", "e", null, null)); // somebody's answer tells nothing of the episode
        Assert.Equal(objection, trail.Objection("requests"));
    }

    private static KeptRecord Event(string type, string episode, int? sequence, string? state)
    {
        string more = sequence is null ? "" : $$""","sequence":{{sequence}},"state":"{{state}}","answered":{"by":"ada","at":"T"}""";
        string json = $$"""{"specversion":"1.0","type":"io.driftwatch.recalibration.{{type}}.v1","time":"2026-03-02T00:00:00Z","correlationid":"{{episode}}","data":{"episode":"{{episode}}"{{more}} } }""";
        return new("requests", 0, 0, null, Encoding.UTF8.GetBytes(json), [], 0);
    }
}
