using System.Text;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Input;

/// <summary>Fields without types, as the cells of a CSV file are.</summary>
public class RecordAssemblerTests
{
    private readonly RouteTable _routes = new(new SeriesOptions());
    private readonly RecordFields _fields = new(new ReadLimits());
    private readonly RecordAssembler _assembler;
    private byte[] _row = [];

    public RecordAssemblerTests() => _assembler = new RecordAssembler(new FieldMapping { DefaultModel = "flights", TimestampUnit = TimestampUnit.Milliseconds }, new ReadLimits(), _routes, Records.HashKey);

    [Fact]
    public void ARowOfCellsIsAPrediction()
    {
        Row("17,982_000,0.25", (FieldName.Id, 0, 2), (FieldName.Probability, 11, 4));
        _fields[FieldName.Timestamp] = _fields.Keep("982000000000"u8, FieldKind.Bare);
        _fields.AddSlice("origin"u8.ToArray(), _fields.Keep("ATL"u8, FieldKind.Bare));
        _fields.AddSlice("empty"u8.ToArray(), Field.Cell(0, 0));

        var reason = _assembler.ReadPrediction(_row, _fields, Records.Now, out var prediction);

        Assert.Equal(RejectReason.None, reason);
        Assert.Equal((Records.IdOf("17"), new EventTime(982_000_000_000), 0.25), (prediction.Id, prediction.Time, prediction.Confidence));
        Assert.Equal(["flights/", "flights//origin=ATL"], _routes[prediction.Route].Series.Select(s => _routes.Series[s].ToString()));
    }

    [Theory]
    [InlineData("1", "1")]
    [InlineData("1.0", "1")]
    [InlineData("0.00", "0")]
    [InlineData("True", "1")]
    [InlineData("FALSE", "0")]
    [InlineData("cat", "cat")]
    [InlineData("-", "-")]
    [InlineData("3rd", "3rd")]
    [InlineData("1e999", "1e999")]
    public void ALabelsCellNamesAClass(string cell, string name)
    {
        Row($"a,0,{cell}", (FieldName.Id, 0, 1), (FieldName.Timestamp, 2, 1), (FieldName.Label, 4, cell.Length));

        Assert.Equal(RejectReason.None, _assembler.ReadLabel(_row, _fields, Records.Now, out var label));
        Assert.Equal(ClassKey.Of(name), label.Value.Key);
    }

    [Theory]
    [InlineData("17", "17")]
    [InlineData("17.0", "17")]
    [InlineData("17.", "17")]
    [InlineData("-17.00", "-17")]
    [InlineData("-0.0", "0")]
    [InlineData("017.0", "017.0")]
    [InlineData("17.5", "17.5")]
    [InlineData("17.10", "17.10")]
    [InlineData("1e1", "1e1")]
    [InlineData(".0", ".0")]
    [InlineData("a.0", "a.0")]
    [InlineData("9007199254740991.0", "9007199254740991")]
    [InlineData("9007199254740993.0", "9007199254740993.0")]
    public void An_id_that_a_table_of_numbers_wrote_is_its_integer_in_a_cell(string cell, string id)
    {
        Row($"{cell},0,1", (FieldName.Id, 0, cell.Length), (FieldName.Timestamp, cell.Length + 1, 1), (FieldName.Label, cell.Length + 3, 1));

        Assert.Equal(RejectReason.None, _assembler.ReadLabel(_row, _fields, Records.Now, out var label));
        Assert.Equal(Records.IdOf(id), label.Id);
    }

    [Theory]
    [InlineData("0.5", RejectReason.None)]
    [InlineData(".5", RejectReason.None)]
    [InlineData("1.", RejectReason.None)]
    [InlineData("+1", RejectReason.None)]
    [InlineData("5e-1", RejectReason.None)]
    [InlineData("nan", RejectReason.ProbabilityRange)]
    [InlineData("NaN", RejectReason.ProbabilityRange)]
    [InlineData("-inf", RejectReason.ProbabilityRange)]
    [InlineData("Infinity", RejectReason.ProbabilityRange)]
    [InlineData("1.01", RejectReason.ProbabilityRange)]
    [InlineData("high", RejectReason.Schema)]
    [InlineData("0,5", RejectReason.Schema)]
    [InlineData("", RejectReason.MissingProbability)]
    public void AProbabilitysCellIsRead(string cell, RejectReason expected)
    {
        Row($"a,0,{cell}", (FieldName.Id, 0, 1), (FieldName.Timestamp, 2, 1), (FieldName.Probability, 4, cell.Length));

        Assert.Equal(expected, _assembler.ReadPrediction(_row, _fields, Records.Now, out _));
    }

    [Fact]
    public void ColumnsOfClassesAreAVector()
    {
        Row("a,0,0.2,0.8", (FieldName.Id, 0, 1), (FieldName.Timestamp, 2, 1));
        _fields.Vector.Start();
        _fields.Vector.Add("cat"u8.ToArray(), FieldKind.Bare, _row.AsSpan(4, 3));
        _fields.Vector.Add("dog"u8.ToArray(), FieldKind.Bare, _row.AsSpan(8, 3));

        Assert.Equal(RejectReason.None, _assembler.ReadPrediction(_row, _fields, Records.Now, out var prediction));
        Assert.Equal((0.8, ClassKey.Of("dog")), (prediction.Confidence, _routes[prediction.Route].PredictedClass));
    }

    [Fact]
    public void CellsAndJsonMakeTheSameRoute()
    {
        var reader = new MessageReader(new FieldMapping { TimestampUnit = TimestampUnit.Milliseconds }, new ReadLimits(), _routes, Records.HashKey);
        reader.ReadPrediction(
            new RecordView { Value = """{"id":"a","timestamp":0,"model":"flights","predicted":1,"confidence":0.5,"slices":{"b":2,"a":"x"} }"""u8.ToArray() }, Records.Now, out var fromJson);
        Row("a,0,1.0,0.5", (FieldName.Id, 0, 1), (FieldName.Timestamp, 2, 1), (FieldName.Predicted, 4, 3), (FieldName.Confidence, 8, 3));
        _fields.AddSlice("a"u8.ToArray(), _fields.Keep("x"u8, FieldKind.Bare));
        _fields.AddSlice("b"u8.ToArray(), _fields.Keep("2"u8, FieldKind.Bare));

        Assert.Equal(RejectReason.None, _assembler.ReadPrediction(_row, _fields, Records.Now, out var fromCells));
        Assert.Equal(fromJson, fromCells);
    }

    private void Row(string row, params (FieldName Name, int Start, int Length)[] cells)
    {
        _row = Encoding.UTF8.GetBytes(row);
        _fields.Clear();
        foreach (var (name, start, length) in cells) _fields[name] = Field.Cell(start, length);
    }
}
