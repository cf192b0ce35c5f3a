using System.Text;

namespace DriftWatch.Files;

public sealed class CsvReaderTests
{
    private const int Plenty = 1 << 16;

    [Theory]
    [InlineData("a,b\n1,2\n", "a|b;1|2")]
    [InlineData("a,b\r\n1,2\r\n", "a|b;1|2")]
    [InlineData("a,b\n1,2", "a|b;1|2")]
    [InlineData("a,b\n1,", "a|b;1|")]
    [InlineData(",\n", "|")]
    [InlineData("\uFEFFa,b\n", "a|b")]
    [InlineData("\uFEFF\"a\",b\n", "a|b")]
    [InlineData("\n\na,b\n\r\n1,2\n\n", "a|b;1|2")]
    [InlineData("\"a,b\",c\n", "a,b|c")]
    [InlineData("\"a\nb\",\"c\r\nd\"\r\n", "a\nb|c\r\nd")]
    [InlineData("\"say \"\"hi\"\"\",\"\"\"\"\n", "say \"hi\"|\"")]
    [InlineData("\"\",\"\"\n", "|")]
    [InlineData("5\" pipe,x\"\"y\n", "5\" pipe|x\"\"y")]
    [InlineData("a b , c\n", "a b | c")]
    [InlineData("\"last\"", "last")]
    [InlineData("", "")]
    [InlineData("\n\r\n\n", "")]
    public void Rows_and_fields_are_those_of_the_format(string text, string expected)
    {
        for (int chunk = 1; chunk <= 5; chunk++) Assert.Equal(expected, Shown(Read(text, chunk)));
    }

    [Theory]
    [InlineData("1,2\n\"open,3\n4,5\n", "1|2;!Quotes@2;4|5")]
    [InlineData("\"a\"b,c\n4,5\n", "!Quotes@1;4|5")]
    [InlineData("\"a\"\rb\n4,5\n", "!Quotes@1;4|5")]
    [InlineData("\"a\"\r,b\n4,5\n", "!Quotes@1;4|5")]
    [InlineData("4,5\n\"", "4|5;!Quotes@2")]
    [InlineData("\"a\nb\",1\n\"c\n4,5", "a\nb|1;!Quotes@3;4|5")]
    public void A_broken_quote_costs_its_line_and_no_other(string text, string expected)
    {
        for (int chunk = 1; chunk <= 5; chunk++) Assert.Equal(expected, Shown(Read(text, chunk)));
    }

    [Fact]
    public void A_row_past_the_bound_is_passed_over_and_the_next_is_read()
    {
        string text = $"a,b\n{new string('x', 5000)},1\n2,3\n\"{new string('y', 5000)}\n4,5\n";

        Assert.Equal("a|b;!Oversize@2;2|3;!Quotes@4;4|5", Shown(Read(text, 777, maxRowBytes: 1000)));
    }

    [Fact]
    public void A_row_as_long_as_the_bound_is_read()
    {
        string row = $"{new string('x', 97)},1";

        Assert.Equal($"{new string('x', 97)}|1;2|3", Shown(Read($"{row}\n2,3\n", 10, maxRowBytes: row.Length)));
    }

    [Fact]
    public void Lines_are_counted_through_quoted_line_breaks()
    {
        var csv = Reader("a,b\n\"1\n\n2\",x\n\n3,y\n", 3, Plenty);
        List<long> lines = [];
        while (csv.Read()) lines.Add(csv.Line);

        // The empty line is ignored by counting it.
        Assert.Equal([1, 2, 6], lines);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_is_written_by_the_rules_is_read_back(int seed)
    {
        var random = new Random(seed);
        string[] pieces = ["", "a", "7.25", ",", "\"", "\n", "\r\n", "ü", "line one\nline two", "\"\"", "x,y"];
        for (int round = 0; round < 200; round++)
        {
            int columns = random.Next(2, 6);
            var table = Enumerable.Range(0, random.Next(1, 30)).Select(_ => Enumerable.Range(0, columns)
                .Select(_ => string.Concat(Enumerable.Range(0, random.Next(0, 4)).Select(_ => pieces[random.Next(pieces.Length)]))).ToArray()).ToList();
            string end = random.Next(2) == 0 ? "\n" : "\r\n";
            string text = string.Join(end, table.Select(row => string.Join(',', row.Select(cell => Written(cell, random.Next(2) == 0)))));

            var read = Read(text, random.Next(1, 40), random: random);

            Assert.True(table.Select(row => string.Join('|', row)).SequenceEqual(read), $"seed {seed}, round {round}:\n{text}");
        }
    }

    private static string Written(string cell, bool quote) =>
        quote || cell.AsSpan().ContainsAny(",\"\n\r") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;

    private static string Shown(IEnumerable<string> rows) => string.Join(';', rows);

    private static List<string> Read(string text, int chunk, int maxRowBytes = Plenty, Random? random = null)
    {
        var csv = Reader(text, chunk, maxRowBytes, random);
        List<string> rows = [];
        while (csv.Read())
        {
            if (csv.Fault != CsvFault.None) rows.Add($"!{csv.Fault}@{csv.Line}");
            else rows.Add(string.Join('|', Enumerable.Range(0, csv.FieldCount).Select(field => Encoding.UTF8.GetString(csv[field]))));
        }

        return rows;
    }

    private static CsvReader Reader(string text, int chunk, int maxRowBytes, Random? random = null) =>
        new(new ChunkedStream(Encoding.UTF8.GetBytes(text), chunk, random), maxRowBytes);
}
