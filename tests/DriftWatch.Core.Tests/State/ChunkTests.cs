namespace DriftWatch.Core.State;

public class ChunkTests
{
    private sealed class Cell(long number) : IKeepsState
    {
        public void Exchange(StateExchange state) => state.Exchange(ref number);
    }

    [Fact]
    public void Keys_are_what_they_are_called_and_come_back()
    {
        (ChunkKey Key, string Text)[] keys =
        [
            (new(ChunkKind.Routes), "routes"),
            (new(ChunkKind.Monitor), "monitor"),
            (new(ChunkKind.Series, 0), "series/0"),
            (new(ChunkKind.Rule, 7), "series/7/rule"),
            (new(ChunkKind.Early, 12345), "series/12345/early"),
            (new(ChunkKind.Across, 2), "across/2"),
            (ChunkKey.OfWindow(7, TimeSpan.FromHours(1), new(1_767_225_600_000)), "series/7/window/3600000/1767225600000"),
            (ChunkKey.OfPane(7, new(-60_000)), "series/7/pane/-60000"),
        ];
        foreach (var (key, text) in keys)
        {
            Assert.Equal(text, key.ToString());
            Assert.True(ChunkKey.TryParse(text, out var parsed));
            Assert.Equal(key, parsed);
        }

        Assert.Equal(keys.Select(each => each.Key), keys.Select(each => each.Key).Reverse().Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("journal/7")]
    [InlineData("series")]
    [InlineData("series/")]
    [InlineData("series/-1")]
    [InlineData("series/1/other")]
    [InlineData("series/1/pane/")]
    [InlineData("series/1/pane/1/2")]
    [InlineData("series/1/window/5")]
    [InlineData("series/99999999999")]
    public void Other_texts_are_no_keys(string text) => Assert.False(ChunkKey.TryParse(text, out _));

    [Fact]
    public void Only_what_is_not_stored_as_it_is_comes_out()
    {
        var writer = new ChunkWriter();
        writer.Write("a", new Cell(1).Exchange);
        writer.Write("b", new Cell(2).Exchange);
        Assert.Equal(["a", "b"], writer.Take().Select(chunk => chunk.Key));

        writer.Write("a", new Cell(1).Exchange);
        writer.Write("b", new Cell(3).Exchange);
        var change = Assert.Single(writer.Take());
        Assert.Equal("b", change.Key);
        Assert.Equal(StateExchange.Write(new Cell(3)), change.Bytes);
        Assert.Empty(writer.Take());
    }

    [Fact]
    public void What_was_deleted_comes_out_without_bytes_and_is_written_again_when_it_comes_back()
    {
        var writer = new ChunkWriter();
        writer.Write("a", new Cell(1).Exchange);
        writer.Take();
        writer.Delete("a");
        Assert.Equal([new StateChunk("a", null)], writer.Take());
        writer.Write("a", new Cell(1).Exchange);
        Assert.Single(writer.Take());
    }

    [Fact]
    public void A_writer_that_was_told_what_is_stored_writes_only_what_differs()
    {
        var writer = new ChunkWriter();
        writer.Remember("a", StateExchange.Write(new Cell(1)));
        writer.Remember("b", StateExchange.Write(new Cell(1)));
        writer.Write("a", new Cell(1).Exchange);
        writer.Write("b", new Cell(2).Exchange);
        Assert.Equal("b", Assert.Single(writer.Take()).Key);
    }

    [Fact]
    public void What_its_owner_says_has_changed_is_written_unseen()
    {
        var writer = new ChunkWriter();
        writer.Replace("a", new Cell(1).Exchange);
        writer.Replace("a", new Cell(1).Exchange);
        Assert.Equal(2, writer.Take().Count);
    }
}
