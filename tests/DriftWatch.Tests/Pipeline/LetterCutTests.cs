using System.Text;
using Xunit;

namespace DriftWatch.Pipeline;

/// <summary>Dead letters that have to be shorter.</summary>
public sealed class LetterCutTests
{
    [Fact]
    public void Whatever_the_letter_it_fits_keeps_our_headers_and_says_how_long_it_was()
    {
        var random = new Random(11);
        for (int round = 0; round < 2000; round++)
        {
            var letter = Some(random);
            int bytes = 700 + random.Next(1 << random.Next(1, 14));

            var cut = LetterCut.To(letter, bytes)!;

            Assert.True(LetterCut.SizeOf(cut) <= bytes, $"round {round}");
            foreach (var header in letter.Headers.Where(h => DeadLetter.IsOurs(h.Name))) Assert.Equal(header.Value, cut.Headers.Single(h => h.Name == header.Name).Value);
            AssertBegins(letter.Key, cut.Key, cut, DeadLetter.KeyTruncated);
            AssertBegins(letter.Value, cut.Value, cut, DeadLetter.ValueTruncated);
            RecordHeader[] before = [.. letter.Headers.Where(h => !DeadLetter.IsOurs(h.Name))], after = [.. cut.Headers.Where(h => !DeadLetter.IsOurs(h.Name))];
            Assert.Equal(before.Take(after.Length).Select(h => h.Name), after.Select(h => h.Name));
            Assert.Equal(Bytes(before) == Bytes(after) ? null : Bytes(before).ToString(), DeadLetter.TextOf(cut, DeadLetter.HeadersTruncated));
            if (LetterCut.SizeOf(letter) <= bytes) Assert.Same(letter, cut);
        }
    }

    [Fact]
    public void The_longest_is_cut_and_what_is_short_stays_whole()
    {
        var letter = new OutgoingRecord(OutputTopic.DeadLetters, new byte[500_000], "short"u8.ToArray(), [new("huge", new byte[300_000]), new("small", [1]), DeadLetter.Text(DeadLetter.Reason, "schema")]);

        var cut = LetterCut.To(letter, 100_000)!;

        Assert.Equal("short"u8.ToArray(), cut.Value);
        Assert.Equal([1], cut.Headers.Single(h => h.Name == "small").Value);
        Assert.Equal(cut.Key!.Length, cut.Headers.Single(h => h.Name == "huge").Value!.Length);
        Assert.InRange(LetterCut.SizeOf(cut), 99_800, 100_000);
        Assert.Equal(("500000", null), (DeadLetter.TextOf(cut, DeadLetter.KeyTruncated), DeadLetter.TextOf(cut, DeadLetter.ValueTruncated)));
    }

    [Fact]
    public void A_letter_whose_own_headers_do_not_fit_cannot_be_sent() =>
        Assert.Null(LetterCut.To(new OutgoingRecord(OutputTopic.DeadLetters, null, new byte[1000], [DeadLetter.Text(DeadLetter.Detail, new string('x', 300))]), 400));

    [Fact]
    public void A_letter_that_was_cut_before_still_says_how_long_it_was_at_first()
    {
        var letter = new OutgoingRecord(OutputTopic.DeadLetters, null, new byte[5000], [DeadLetter.Text(DeadLetter.ValueTruncated, "9000000")]);

        Assert.Equal("9000000", DeadLetter.TextOf(LetterCut.To(letter, 2000)!, DeadLetter.ValueTruncated));
    }

    private static void AssertBegins(byte[]? whole, byte[]? cut, OutgoingRecord letter, string mark)
    {
        Assert.Equal(whole is null, cut is null);
        Assert.Equal(whole?[..cut!.Length], cut);
        Assert.Equal(whole?.Length == cut?.Length ? null : whole!.Length.ToString(), DeadLetter.TextOf(letter, mark));
    }

    private static long Bytes(RecordHeader[] headers) => headers.Sum(h => Encoding.UTF8.GetByteCount(h.Name) + (h.Value?.Length ?? 0));

    private static OutgoingRecord Some(Random random)
    {
        List<RecordHeader> headers = [];
        for (int i = random.Next(4) == 0 ? random.Next(300) : random.Next(4); i > 0; i--) headers.Add(new($"héader-{new string('n', random.Next(30))}", Bytes()));
        headers.AddRange([DeadLetter.Text(DeadLetter.Reason, "schema"), DeadLetter.Text(DeadLetter.SourceTopic, "predictions")]);
        return new(OutputTopic.DeadLetters, Bytes(), Bytes(), headers);

        byte[]? Bytes()
        {
            if (random.Next(5) == 0) return random.Next(2) == 0 ? null : [];
            byte[] bytes = new byte[random.Next(1 << random.Next(1, 16))];
            random.NextBytes(bytes);
            return bytes;
        }
    }
}
