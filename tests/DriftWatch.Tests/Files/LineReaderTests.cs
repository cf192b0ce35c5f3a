using System.Text;

namespace DriftWatch.Files;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("a\nb\n", "1:a 2:b")]
    [InlineData("a\r\nb", "1:a 2:b")]
    [InlineData("\uFEFFa\n\n\r\nb\n", "1:a 4:b")]
    [InlineData("", "")]
    [InlineData("\n\n", "")]
    [InlineData("12345678\n123456789\n1\n", "1:12345678 2:! 3:1")]
    [InlineData("123456789012345678901234567890", "1:!")]
    public void Lines_come_with_their_numbers_and_those_past_the_bound_are_passed_over(string text, string expected)
    {
        for (int chunk = 1; chunk <= 5; chunk++)
        {
            var lines = new LineReader(new ChunkedStream(Encoding.UTF8.GetBytes(text), chunk), 8 + 3);
            List<string> read = [];
            while (lines.Read()) read.Add($"{lines.Line}:{(lines.IsOversize || lines.Value.Length > 8 ? "!" : Encoding.UTF8.GetString(lines.Value))}");

            Assert.Equal(expected, string.Join(' ', read));
        }
    }
}
