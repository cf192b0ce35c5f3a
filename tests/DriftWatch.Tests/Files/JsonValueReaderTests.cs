using System.Text;
using Xunit;

namespace DriftWatch.Files;

public sealed class JsonValueReaderTests
{
    [Theory]
    [InlineData("[{\"a\":1},{\"a\":2}]", "1:{\"a\":1}", "1:{\"a\":2}")]
    [InlineData("\uFEFF[\n{\"a\":1},\n{\"a\":\n{\"b\":2}}\n]\n", "2:{\"a\":1}", "3:{\"a\":\n{\"b\":2}}")]
    [InlineData("{\"a\":1}{\"a\":2}\n\n{\"a\":3}", "1:{\"a\":1}", "1:{\"a\":2}", "3:{\"a\":3}")]
    [InlineData("[{\"a\":\"}\\\"{\"}, {\"\\\\\":\"[\"}]", "1:{\"a\":\"}\\\"{\"}", "1:{\"\\\\\":\"[\"}")]
    [InlineData("[1, \"x\",\n{\"a\":1}]", "1:1", "1:\"x\"", "2:{\"a\":1}")]
    [InlineData("[{\"a\":1},{\"a\":", "1:{\"a\":1}", "1:{\"a\":\n")]
    [InlineData("[\n{\"text\":\"0123456789012345678901234567890\"},\n{\"a\":1}]", "2:", "3:{\"a\":1}")]
    [InlineData("[]")]
    [InlineData("")]
    public void Values_are_cut_by_their_braces_wherever_the_stream_is_cut(string text, params string[] expected)
    {
        foreach (int chunk in new[] { 1, 2, 3, 7, 1000 })
        {
            var reader = new JsonValueReader(new ChunkedStream(Encoding.UTF8.GetBytes(text), chunk), 24);
            List<string> read = [];
            while (reader.Read())
            {
                Assert.Equal(reader.Value.IsEmpty, reader.IsOversize);
                read.Add($"{reader.Line}:{Encoding.UTF8.GetString(reader.Value)}");
            }

            Assert.Equal(expected, read);
        }
    }
}
