using Confluent.Kafka;
using DriftWatch.Pipeline;
using Xunit;

namespace DriftWatch.Kafka.Producing;

/// <summary>What becomes of dead letters that a topic refuses, tried on a topic that refuses whole batches.</summary>
public class LetterFitsTests
{
    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(100_000)]
    public void Whatever_the_topic_takes_it_ends_and_only_those_at_fault_are_cut(int known)
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            int takes = random.Next(4) == 0 ? random.Next(200, 600) : random.Next(1000, 200_000);
            List<OutgoingRecord> letters = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => Letter(random.Next(1 << random.Next(1, 20))))];

            var fits = new LetterFits(letters, new(known));
            int tries = Send(fits, letters, takes);

            // Each letter that fits is sent alone once at most, and the limit is found by halves.
            Assert.True(tries <= letters.Count + 20, $"seed {seed}: {tries} tries for {letters.Count} letters");
            for (int i = 0; i < letters.Count; i++)
            {
                if (LetterCut.SizeOf(letters[i]) <= takes && takes <= known) Assert.Same(letters[i], fits[i]);
                if (fits[i] is { } sent) Assert.True(LetterCut.SizeOf(sent) <= takes, $"seed {seed}");
                else Assert.True(takes < 600, $"seed {seed}: dropped although the topic takes {takes}");
            }

            // What was learned holds for the next epoch.
            List<OutgoingRecord> again = [.. letters.Where(l => LetterCut.SizeOf(l) >= fits.Limit.Refused)];
            if (fits.Limit.Bytes <= takes) Assert.Equal(0, Send(new LetterFits(again, fits.Limit), again, takes, batchOf: 1));
        }
    }

    [Fact]
    public void A_letter_that_is_refused_for_another_reason_is_dropped_once_it_was_alone()
    {
        OutgoingRecord[] letters = [Letter(10), Letter(20)];
        var fits = new LetterFits(letters, new(1000));

        Assert.True(fits.Refuse([new(0, ErrorCode.Local_InvalidDifferentRecord), new(1, ErrorCode.InvalidRecord)]));
        Assert.Equal((true, true), (fits.IsAlone(0), fits.IsAlone(1)));
        Assert.Empty(fits.Dropped);
        Assert.True(fits.Refuse([new(1, ErrorCode.InvalidRecord)]));

        Assert.Equal([letters[1]], fits.Dropped);
        Assert.Same(letters[0], fits[0]);
    }

    [Fact]
    public void Nothing_is_done_about_events_and_parts_of_the_state()
    {
        var fits = new LetterFits([new(OutputTopic.Requests, null, new byte[1000], [])], new(100) { Refused = 101 });

        Assert.False(fits.Refuse([new(0, ErrorCode.MsgSizeTooLarge), new(-1, ErrorCode.MsgSizeTooLarge)]));
        Assert.Equal(1000, fits[0]!.Value!.Length);
    }

    /// <summary>Tries until nothing is refused: neighbours share batches, and a batch that is too large is refused whole. Only the first refusal of a letter that is alone is heard, as a transaction ends with it.</summary>
    private static int Send(LetterFits fits, List<OutgoingRecord> letters, int takes, int batchOf = 10)
    {
        for (int tries = 0; ; tries++)
        {
            List<Refusal> refused = [];
            List<int> batch = [];
            for (int i = 0; i <= letters.Count && !refused.Exists(r => fits.IsAlone(r.Number)); i++)
            {
                bool alone = i < letters.Count && fits.IsAlone(i);
                if (i == letters.Count || alone || batch.Count == batchOf) End(batch);
                if (i == letters.Count || fits[i] is null) continue;
                batch.Add(i);
                if (alone) End(batch);
            }

            if (refused.Count == 0) return tries;
            Assert.True(fits.Refuse(refused));
            Assert.True(tries < 1000, "no end");

            void End(List<int> sent)
            {
                if (sent.Sum(n => LetterCut.SizeOf(fits[n]!)) > takes) refused.AddRange(sent.Select(n => new Refusal(n, ErrorCode.MsgSizeTooLarge)));
                sent.Clear();
            }
        }
    }

    private static OutgoingRecord Letter(int bytes) => new(OutputTopic.DeadLetters, null, new byte[bytes], [DeadLetter.Text(DeadLetter.Reason, "schema")]);
}
