using System.Text;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Input;

public sealed class IdShapeTests
{
    [Theory]
    [InlineData("17", "digits")]
    [InlineData("17.0", "digits.digits")]
    [InlineData("order-17", "letters-digits")]
    [InlineData("ORDER_17", "CAPITALS_digits")]
    [InlineData("User:aB", "Letters:Letters")]
    [InlineData("a1b2c3", "alphanumeric")]
    [InlineData("0b6b7a41-97f6-5c3a-9d0e-6a4f9f1c2e55", "a UUID")]
    [InlineData("0B6B7A41-97F6-5C3A-9D0E-6A4F9F1C2E55", "a UUID")]
    [InlineData("0b6b7a4197f65c3a9d0e6a4f9f1c2e55", "alphanumeric")]
    [InlineData(" 17", "␠digits")]
    [InlineData("é", "??")]
    [InlineData("", "nothing")]
    [InlineData("1-2-3-4-5-6-7-8-9-10-11", "digits-digits-digits-digits-digits-digits-digits-digits…")]
    public void A_shape_says_how_an_id_is_made_and_not_what_it_says(string id, string shape) =>
        Assert.Equal(shape, IdShape.Of(Encoding.UTF8.GetBytes(id)).ToString());

    [Fact]
    public void Ids_of_one_kind_have_one_shape_whatever_their_length() =>
        Assert.Single(Enumerable.Range(1, 20_000).Select(i => IdShape.Of(Encoding.UTF8.GetBytes($"order-{i}"))).Distinct());

    [Fact]
    public void A_number_with_a_fraction_of_nothing_has_the_shape_of_the_integer_that_it_stands_for()
    {
        var reader = new MessageReader(new FieldMapping(), new ReadLimits(), new RouteTable(new SeriesOptions()), new byte[16]);

        Assert.Equal(["digits", "digits", "digits.digits"], new[] { "17", "17.0", "\"17.0\"" }.Select(Shape));

        string Shape(string id)
        {
            var record = new RecordView { Value = Encoding.UTF8.GetBytes($$"""{"id":{{id}},"timestamp":1700000000000,"label":1}""") };
            Assert.Equal(RejectReason.None, reader.ReadLabel(record, new EventTime(1_700_000_000_000), out _));
            return reader.ShapeOfId(record).ToString();
        }
    }
}
