using Xunit;

namespace DriftWatch.Core.Input;

/// <summary>What a configuration may say of a field's place.</summary>
public sealed class FieldPlaceTests
{
    [Theory]
    [InlineData("", PlaceKind.None, "")]
    [InlineData("/a/b", PlaceKind.Value, "/a/b")]
    [InlineData("key", PlaceKind.Key, "")]
    [InlineData("key/id", PlaceKind.Key, "/id")]
    [InlineData("header:ce_id", PlaceKind.Header, "ce_id")]
    [InlineData("header:a:b c", PlaceKind.Header, "a:b c")]
    [InlineData("topic", PlaceKind.Topic, "")]
    [InlineData(@"topic:^scores\.(.+)$", PlaceKind.Topic, @"^scores\.(.+)$")]
    [InlineData("constant:fraud", PlaceKind.Constant, "fraud")]
    public void Places_are_read(string place, PlaceKind kind, string text) => Assert.Equal(new FieldPlace(kind, text), Of(place));

    [Theory]
    [InlineData("id", "\"/id\"")]
    [InlineData("payload.id", "\"/payload/id\"")]
    [InlineData("keys", "\"/keys\"")]
    [InlineData("/a~b", "~0")]
    [InlineData("key/~", "~0")]
    [InlineData("header:", "header's name")]
    [InlineData("constant:", "text")]
    [InlineData("topic:(", "no regular expression")]
    [InlineData(@"topic:(a)\1", "no regular expression")]
    public void What_is_none_is_told_with_the_way_out(string place, string said)
    {
        Assert.False(FieldPlace.TryParse(place, out _, out string? error));
        Assert.Contains(said, error);
        Assert.Throws<ArgumentException>(() => Of(place));
    }

    [Theory]
    [InlineData("topic", "seldon.ns.model.fraud.outputs", "seldon.ns.model.fraud.outputs")]
    [InlineData(@"topic:\.model\.(.+)\.outputs$", "seldon.ns.model.fraud.outputs", "fraud")]
    [InlineData("topic:v[0-9]+", "scores-v12", "v12")]
    [InlineData("topic:v[0-9]+", "scores", null)]
    public void A_part_of_the_topics_name_is_the_first_group_or_the_match(string place, string topic, string? part) => Assert.Equal(part, Of(place).OfTopic(topic));

    [Theory]
    [InlineData("/s = a|b*", "a", true)]
    [InlineData("/s = a|b*", "b", true)]
    [InlineData("/s = a | b*", "bc", true)]
    [InlineData("/s = a|b*", "ab", false)]
    [InlineData("/s = a|b*", "", false)]
    [InlineData("/s != a|b*", "", true)]
    [InlineData("/s != a|b*", "bc", false)]
    [InlineData("/s != a|b*", "c", true)]
    [InlineData("/s = two words", "two words", true)]
    [InlineData("header:x = *", "anything", true)]
    [InlineData("header:x = *", "", false)]
    public void Conditions_compare_to_the_letter(string filter, string value, bool passes) => Assert.Equal(passes, RecordFilter.Of(filter).Passes(System.Text.Encoding.UTF8.GetBytes(value)));

    [Theory]
    [InlineData("/s")]
    [InlineData("/s =")]
    [InlineData("/s == a")]
    [InlineData("/s = a|")]
    [InlineData("s = a")]
    public void What_is_no_condition_is_told(string filter)
    {
        Assert.False(RecordFilter.TryParse(filter, out _, out string? error));
        Assert.NotNull(error);
        Assert.Throws<ArgumentException>(() => RecordFilter.Of(filter));
    }

    [Fact]
    public void Mappings_with_the_same_conditions_are_equal()
    {
        FieldMapping Of(params string[] filters) => new() { Filter = [.. filters.Select(RecordFilter.Of)] };

        Assert.Equal(Of("/a = 1", "/b = 2"), Of("/a = 1", "/b = 2"));
        Assert.NotEqual(Of("/a = 1"), Of("/a = 2"));
        Assert.Equal(new FieldMapping(), Of());
    }

    private static FieldPlace Of(string place) => new FieldMapping { [FieldName.Id] = place }.PlaceOf(FieldName.Id);
}
