using Xunit;

namespace DriftWatch.Options;

public class NearestNameTests
{
    private static readonly string[] Keys = ["horizon", "lead", "onExpiry", "corrections", "maturity", "minSamples", "window", "windows", "bootstrapServers"];

    [Theory]
    [InlineData("horzion", "horizon")]
    [InlineData("on_expiry", "onExpiry")]
    [InlineData("on-expiry", "onExpiry")]
    [InlineData("ONEXPIRY", "onExpiry")]
    [InlineData("minSample", "minSamples")]
    [InlineData("bootstrap.servers", "bootstrapServers")]
    [InlineData("bootstrap", "bootstrapServers")]
    [InlineData("windws", "windows")]
    [InlineData("samples", "minSamples")]
    public void The_nearest_key_is_named(string written, string meant) => Assert.Equal(meant, NearestName.Of(written, Keys));

    [Theory]
    [InlineData("colour")]
    [InlineData("x")]
    [InlineData("zookeeper")]
    public void A_key_that_is_far_from_all_has_no_neighbour(string written) => Assert.Null(NearestName.Of(written, Keys));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ab", "ba", 1)]
    [InlineData("abc", "", 3)]
    [InlineData("ca", "abc", 3)]
    public void Edits_are_counted_as_in_the_restricted_Damerau_distance(string from, string to, int edits)
    {
        Assert.Equal(edits, NearestName.Edits(from, to));
        Assert.Equal(edits, NearestName.Edits(to, from));
    }
}
