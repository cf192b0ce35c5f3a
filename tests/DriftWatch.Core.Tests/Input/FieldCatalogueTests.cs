using Xunit;

namespace DriftWatch.Core.Input;

/// <summary>One row a field, and nothing that two fields share by accident.</summary>
public class FieldCatalogueTests
{
    [Fact]
    public void Every_field_has_one_row_at_its_place_and_a_bit_of_its_own()
    {
        Assert.Equal(Enum.GetValues<FieldName>(), FieldCatalogue.All.Select(row => row.Field));
        Assert.Distinct(FieldCatalogue.All.Select(row => row.Name));
        Assert.True((int)RecordFields.RowsSlot + FieldMapping.MostSlicePlaces < 64, "sets of fields, and of the places behind them, are words of 64 bits");
        Assert.All(FieldCatalogue.All, row => Assert.Equal(row.Field, FieldCatalogue.First(FieldCatalogue.Bit(row.Field))));
        Assert.All(FieldCatalogue.All.Where(row => row.Records != FieldRecords.Envelope), row => Assert.NotEmpty(row.Meaning));
    }

    [Fact]
    public void A_record_keeps_every_field_apart_from_all_others()
    {
        var fields = new RecordFields(new ReadLimits());
        foreach (var row in FieldCatalogue.All)
        {
            Assert.Equal(FieldKind.Absent, fields[row.Field].Kind);
            fields[row.Field] = new Field((int)row.Field, 1, FieldKind.Text);
        }

        // What filters look at, the rows, and slices with places of their own lie behind them.
        for (var slot = (FieldName)FieldCatalogue.All.Count; slot <= RecordFields.RowsSlot + FieldMapping.MostSlicePlaces; slot++)
        {
            Assert.Equal(FieldKind.Absent, fields[slot].Kind);
            fields[slot] = new Field((int)slot, 1, FieldKind.Text);
        }

        Assert.Equal(FieldCatalogue.All.Select(row => (int)row.Field), FieldCatalogue.All.Select(row => fields[row.Field].Start));
    }

    [Fact]
    public void A_mapping_that_moves_a_field_moves_no_other()
    {
        foreach (var row in FieldCatalogue.All)
        {
            var moved = new FieldMapping { [row.Field] = "/elsewhere" };

            Assert.Equal(moved, new FieldMapping().With(row.Field, "/elsewhere"));
            Assert.NotEqual(moved, new FieldMapping());
            Assert.Equal(new FieldMapping(), moved.With(row.Field, row.Place));
            Assert.Equal([row.Field], FieldCatalogue.All.Where(other => moved[other.Field] != other.Place).Select(other => other.Field));
        }
    }
}
