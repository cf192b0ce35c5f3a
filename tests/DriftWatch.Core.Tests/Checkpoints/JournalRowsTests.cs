using Xunit;

namespace DriftWatch.Core.Checkpoints;

/// <summary>What the journal notes of records, row by row.</summary>
public sealed class JournalRowsTests
{
    [Fact]
    public void Notes_of_rows_come_back_as_they_went()
    {
        (int, long, int)[] notes = [(0, 5, 0), (1, 7, 3), (1, 7, 4), (1, 7, 4), (0, 6, 0), (1, 6, 9_999)];

        Assert.Equal(notes, Again(notes));
    }

    /// <summary>States of records without rows are those of the versions that knew none.</summary>
    [Fact]
    public void A_note_of_a_record_that_is_one_row_is_written_as_it_always_was()
    {
        Assert.Equal(Bytes([(1, 7, 0), (0, 9, 0)]).Length + 1, Bytes([(1, 7, 1), (0, 9, 0)]).Length);
        Assert.Equal(Convert.ToHexString(Bytes([])).Length / 2 + 4, Bytes([(1, 7, 0), (0, 9, 0)]).Length);
    }

    private static byte[] Bytes((int, long, int)[] notes)
    {
        var journal = new EpochJournal();
        journal.Begin(0, 4);
        journal.Begin(1, 6);
        var entry = new EpochEntry();
        entry.Exceptions.AddRange(notes);
        return journal.Append(entry).Single(piece => piece.Value is not null).Value!;
    }

    private static List<(int Partition, long Offset, int Row)> Again((int, long, int)[] notes) =>
        new EpochJournal().Load([new($"{EpochJournal.KeyPrefix}0", Bytes(notes))]).Single().Entry.Exceptions;
}
