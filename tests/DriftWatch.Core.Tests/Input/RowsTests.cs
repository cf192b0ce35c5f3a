using System.Globalization;
using System.Text;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using Xunit;

namespace DriftWatch.Core.Input;

/// <summary>Records that hold several predictions or labels.</summary>
public sealed class RowsTests
{
    private const string Time = "\"timestamp\":1763719200000";

    private static readonly FieldMapping InRows = new()
    {
        Rows = "/rows", [FieldName.Probability] = "row/p", [FieldName.Predicted] = "row/class", [FieldName.Confidence] = "row/c", [FieldName.Probabilities] = "row/v", [FieldName.Slices] = "row/s", [FieldName.Label] = "row/y",
    };

    private static readonly FieldMapping Alone = new()
    {
        [FieldName.Probability] = "/p", [FieldName.Predicted] = "/class", [FieldName.Confidence] = "/c", [FieldName.Probabilities] = "/v", [FieldName.Slices] = "/s", [FieldName.Label] = "/y",
    };

    private readonly RouteTable _routes = new(new MonitorOptions().Routing);

    /// <summary>The oracle: each row as a record of its own, with what is common to all in it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_row_is_read_as_the_record_that_it_would_be_alone(int seed)
    {
        var random = new Random(seed);
        var reader = new MessageReader(InRows, new ReadLimits(), _routes, Records.HashKey);
        var alone = new MessageReader(Alone, new ReadLimits(), _routes, Records.HashKey);
        int good = 0, bad = 0;
        for (int i = 0; i < 2_000; i++)
        {
            string[] rows = [.. Enumerable.Range(0, random.Next(2, 6)).Select(_ => SomeRow(random))];
            string common = $"\"model\":\"m{random.Next(2)}\",{Time}";
            string before = random.Next(2) == 0 ? $"\"id\":\"r{i}\",{common}," : "", after = before.Length == 0 ? $",\"id\":\"r{i}\",{common}" : "";
            var answers = Predictions(reader, $$"""{{{before}}"rows":[{{string.Join(random.Next(2) == 0 ? "," : " , ", rows)}}]{{after}}}""").ToList();

            Assert.Equal(rows.Length, answers.Count);
            foreach (var (row, text) in rows.Index())
            {
                var expected = alone.ReadPrediction(Record($$"""{"id":"r{{i}}-{{row}}",{{common}},{{text[1..]}}"""), Records.Now, out var prediction);
                Assert.Equal((expected, prediction), (answers[row].Reason, answers[row].Prediction));
                if (expected == RejectReason.None) good++;
                else bad++;
                Assert.Equal(expected == RejectReason.None ? null : $"row {row}: {alone.LastFault!.Replace("/", "row/", StringComparison.Ordinal)}", answers[row].Fault);
            }
        }

        Assert.True(good > 3_000 && bad > 300, $"{good} good rows and {bad} bad ones are too few to show anything");
    }

    [Theory]
    [InlineData("[0.9,0.25]", "row", 0.9, 0.25)]
    [InlineData("[[0.1,0.9],[0.75,0.25]]", "row/1", 0.9, 0.25)]
    [InlineData("""[{"scores":[0.1,0.9]},{"scores":[0.75,0.25]}]""", "row/scores/1", 0.9, 0.25)]
    [InlineData("""[ 0.9 , 0.25 ]""", "row", 0.9, 0.25)]
    public void Rows_may_be_numbers_arrays_or_objects(string rows, string place, double first, double second)
    {
        var reader = new MessageReader(new FieldMapping { Rows = "/predictions", [FieldName.Probability] = place }, new ReadLimits(), _routes, Records.HashKey);

        var answers = Predictions(reader, $$"""{"id":"r","model":"m",{{Time}},"predictions":{{rows}}}""").ToList();

        Assert.Equal([(RejectReason.None, Records.IdOf("r-0"), first), (RejectReason.None, Records.IdOf("r-1"), second)], answers.Select(answer => (answer.Reason, answer.Prediction.Id, answer.Prediction.Confidence)));
    }

    [Fact]
    public void A_vector_is_a_row_where_nothing_else_is_asked_for()
    {
        var reader = new MessageReader(new FieldMapping { Rows = "/predictions", [FieldName.Probabilities] = "row", [FieldName.Probability] = "row" }, new ReadLimits(), _routes, Records.HashKey);

        var answers = Predictions(reader, $$"""{"id":"r","model":"m",{{Time}},"predictions":[[0.1,0.9],0.25,[0.5,0.1,0.4]]}""").ToList();

        Assert.Equal([ClassText.KeyOf("1"), ClassText.KeyOf("1"), ClassText.KeyOf("0")], answers.Select(answer => _routes[answer.Prediction.Route].PredictedClass));
        Assert.Equal([View.TopLabel, View.Binary, View.TopLabel], answers.Select(answer => _routes[answer.Prediction.Route].View));
        Assert.Equal([0.9, 0.25, 0.5], answers.Select(answer => answer.Prediction.Confidence));
    }

    [Theory]
    [InlineData("\"r\"", "r")]
    [InlineData("17", "17")]
    [InlineData("17.0", "17")]
    [InlineData("\"\\u0072\"", "r")]
    public void The_id_of_row_i_is_that_of_its_record_and_i_unless_there_is_one_row(string id, string text)
    {
        var reader = new MessageReader(InRows, new ReadLimits(), _routes, Records.HashKey);
        string Record(string rows) => $$"""{"rows":[{{rows}}],"id":{{id}},"model":"m",{{Time}}}""";

        Assert.Equal([text], Predictions(reader, Record("""{"p":0.5}""")).Select(IdIn([text])));
        Assert.Equal([$"{text}-0", $"{text}-1", $"{text}-2"], Predictions(reader, Record("""{"p":0.5},{"p":0.5},{"p":0.5}""")).Select(IdIn([$"{text}-0", $"{text}-1", $"{text}-2"])));
        Assert.Equal([$"{text}-0", $"{text}-1"], Labels(reader, Record("""{"y":1},{"y":0}""")).Select(answer => IdIn([$"{text}-0", $"{text}-1"])((default, new Prediction(answer.Label.Id, default, 0, 0), null))));
    }

    [Fact]
    public void An_id_inside_the_row_is_taken_as_it_is()
    {
        var reader = new MessageReader(InRows.With(FieldName.Id, "row/id"), new ReadLimits(), _routes, Records.HashKey);

        var answers = Predictions(reader, $$"""{"id":"r","model":"m",{{Time}},"rows":[{"id":"a","p":0.5},{"id":2,"p":0.5},{"p":0.5}]}""").ToList();

        Assert.Equal([(RejectReason.None, Records.IdOf("a")), (RejectReason.None, Records.IdOf("2")), (RejectReason.MissingId, default)], answers.Select(answer => (answer.Reason, answer.Prediction.Id)));
        Assert.Equal("row 2: row/id: expected an id", answers[2].Fault);
    }

    [Fact]
    public void What_is_wrong_with_one_row_is_wrong_with_no_other()
    {
        var reader = new MessageReader(InRows, new ReadLimits(), _routes, Records.HashKey);

        var answers = Predictions(reader, $$"""{"id":"r","model":"m",{{Time}},"rows":[{"p":NaN},{"p":0.5},{"p":2},{"p":0.5,"p":0.5},{"p":0.5,"other":NaN},{},7,{"p":0.25,"s":{"a":"x"} },{"p":0.25}]}""").ToList();

        Assert.Equal(
            [RejectReason.ProbabilityRange, RejectReason.None, RejectReason.ProbabilityRange, RejectReason.DuplicateKey, RejectReason.Malformed, RejectReason.MissingProbability, RejectReason.MissingProbability, RejectReason.None, RejectReason.None],
            answers.Select(answer => answer.Reason));
        Assert.StartsWith("row 3: byte 100: expected each key once", answers[3].Fault, StringComparison.Ordinal);
        Assert.Equal([2, 1], answers.TakeLast(2).Select(answer => _routes[answer.Prediction.Route].Series.Length));
    }

    [Theory]
    [InlineData("""{"id":"r","rows":[{"p":0.5},{"p":0.5}""", RejectReason.Malformed, null)]
    [InlineData("""{"id":"r","rows":{"p":0.5}}""", RejectReason.Schema, "/rows: expected an array of rows, found {\"p\":0.5}")]
    [InlineData("""{"id":"r","rows":"x"}""", RejectReason.Schema, "/rows: expected an array of rows, found x")]
    [InlineData("""{"id":"r"}""", RejectReason.Schema, "/rows: expected an array of rows")]
    [InlineData("""{"id":"r","rows":[1,2,3,4,5,6]}""", RejectReason.Oversize, "/rows: expected fewer rows (limit maxRows)")]
    [InlineData("""{"id":"r","rows":[]}""", RejectReason.Filtered, null)]
    public void A_record_that_cannot_be_cut_into_rows_is_refused_once_and_none_of_them_counts(string record, RejectReason reason, string? fault)
    {
        var reader = new MessageReader(InRows, new ReadLimits { MaxRows = 5 }, _routes, Records.HashKey);

        var answer = Assert.Single(Predictions(reader, record));

        Assert.Equal(reason, answer.Reason);
        if (fault is not null) Assert.Equal(fault, answer.Fault);
        Assert.Equal(-1, reader.Row);
        // The next record is not the last one.
        Assert.Equal(2, Predictions(reader, $$"""{"id":"r","model":"m",{{Time}},"rows":[{"p":0.5},{"p":0.5}]}""").Count(one => one.Reason == RejectReason.None));
    }

    [Fact]
    public void Arrays_inside_arrays_are_walked_through_and_what_is_outside_the_rows_is_found_too()
    {
        var mapping = new FieldMapping { Rows = "/logs/*/entries/*/records", [FieldName.Id] = "row/id", [FieldName.Model] = "/logs/0/model", [FieldName.Probability] = "row/p", Filter = [RecordFilter.Of("row/kind != other")] };
        var reader = new MessageReader(mapping, new ReadLimits(), _routes, Records.HashKey);

        var answers = Predictions(reader, $$"""
            {{{Time}},"logs":[
              {"model":"m1","entries":[{"records":[{"id":"a","p":0.1},{"id":"b","p":0.2,"kind":"other"}]},{"records":[]},{}]},
              {"model":"m2","entries":[{"records":[{"id":"c","p":0.3}]}]}]}
            """).ToList();

        Assert.Equal([(RejectReason.None, Records.IdOf("a"), 0.1), (RejectReason.Filtered, default, 0), (RejectReason.None, Records.IdOf("c"), 0.3)], answers.Select(answer => (answer.Reason, answer.Prediction.Id, answer.Prediction.Confidence)));
        Assert.All(answers.Where(answer => answer.Reason == RejectReason.None), answer => Assert.Equal("m1", _routes[answer.Prediction.Route].Model));
        Assert.Equal(RejectReason.Filtered, Assert.Single(Predictions(reader, $$"""{{{Time}},"logs":[{"entries":[]}]}""")).Reason);
        Assert.Equal(RejectReason.Filtered, Assert.Single(Predictions(reader, $$"""{{{Time}}}""")).Reason);
    }

    [Fact]
    public void A_value_that_is_an_array_is_rows_too()
    {
        var mapping = new FieldMapping { Rows = "value", [FieldName.Id] = "row/id", [FieldName.Model] = "row/data/model", [FieldName.Timestamp] = "row/time", [FieldName.Probability] = "row/data/p" };
        var reader = new MessageReader(mapping, new ReadLimits(), _routes, Records.HashKey);

        var answers = Predictions(reader, """ [{"specversion":"1.0","id":"a","time":"2025-11-21T10:00:00Z","data":{"model":"m","p":0.1}},{"specversion":"1.0","id":"b","time":"2025-11-21T10:00:00Z","data":{"model":"m","p":0.2}}] """);

        Assert.Equal([(RejectReason.None, Records.IdOf("a")), (RejectReason.None, Records.IdOf("b"))], answers.Select(answer => (answer.Reason, answer.Prediction.Id)));
        Assert.Equal(RejectReason.Schema, Assert.Single(Predictions(reader, """{"id":"a"}""")).Reason);
    }

    [Fact]
    public void An_envelope_around_rows_is_seen_through()
    {
        var reader = new MessageReader(InRows, new ReadLimits(), _routes, Records.HashKey);

        var answers = Predictions(reader, """{"specversion":"1.0","id":"e","time":"2025-11-21T10:00:00Z","data":{"id":"r","model":"m","rows":[{"p":0.5},{"p":0.25}]},"rows":[1,2,3]}""");

        Assert.Equal([(RejectReason.None, Records.IdOf("r-0"), 0.5), (RejectReason.None, Records.IdOf("r-1"), 0.25)], answers.Select(answer => (answer.Reason, answer.Prediction.Id, answer.Prediction.Confidence)));
    }

    [Fact]
    public void An_element_of_an_array_is_found_by_what_a_member_of_it_says()
    {
        var mapping = new FieldMapping { [FieldName.Id] = "/attributes/[key=gen_ai.response.id]/value/stringValue", [FieldName.Probability] = "/attributes/[key=score]/value/doubleValue", [FieldName.Model] = "/attributes/0/value" };
        var reader = new MessageReader(mapping, new ReadLimits(), _routes, Records.HashKey);
        Assert.Equal(RejectReason.None, reader.ReadPrediction(Record($$"""
            {{{Time}},"attributes":[{"key":"first","value":"m"},{"value":{"deep":[{}],"doubleValue":0.5},"key":"score"},7,{},{"key":7},{"key":"gen_ai.response.\u0069d","value":{"stringValue":"a"} }]}
            """), Records.Now, out var prediction));

        Assert.Equal((Records.IdOf("a"), 0.5), (prediction.Id, prediction.Confidence));
        Assert.Equal(RejectReason.DuplicateKey, reader.ReadPrediction(Record($$"""{{{Time}},"attributes":[{"key":"score","value":{"doubleValue":0.5} },{"key":"score","value":{"doubleValue":0.75} }]}"""), Records.Now, out _));
    }

    [Theory]
    [InlineData("""{"doubleValue":0.5}""", RejectReason.None, 0.5)]
    [InlineData("""{"intValue":"1"}""", RejectReason.None, 1)]
    [InlineData("""{"intValue":0}""", RejectReason.None, 0)]
    [InlineData("""{"stringV\u0061lue":"2.5e-1"}""", RejectReason.None, 0.25)]
    [InlineData("""{"doubleValue":"NaN"}""", RejectReason.ProbabilityRange, 0)]
    [InlineData("""{"intValue":"2"}""", RejectReason.ProbabilityRange, 0)]
    [InlineData("""{"stringValue":"high"}""", RejectReason.Schema, 0)]
    [InlineData("""{"stringValue":""}""", RejectReason.MissingProbability, 0)]
    [InlineData("""{"a":0.5,"b":0.5}""", RejectReason.DuplicateKey, 0)]
    [InlineData("""{}""", RejectReason.MissingProbability, 0)]
    [InlineData("""0.5""", RejectReason.MissingProbability, 0)]
    public void A_star_is_the_only_member_of_an_object(string value, RejectReason expected, double probability)
    {
        var mapping = new FieldMapping { [FieldName.Probability] = "/score/*", [FieldName.Id] = "/i/*/id" };
        var reader = new MessageReader(mapping, new ReadLimits(), _routes, Records.HashKey);
        for (int time = 0; time < 2; time++) // keys are foreseen from the record before
        {
            Assert.Equal(expected, reader.ReadPrediction(Record($$"""{{{Time}},"model":"m","i":{"any":{"id":17} },"score":{{value}} }"""), Records.Now, out var prediction));
            if (expected == RejectReason.None) Assert.Equal((Records.IdOf("17"), probability), (prediction.Id, prediction.Confidence));
        }

        if (expected == RejectReason.DuplicateKey) Assert.Contains("an object of one member, as * asks for", reader.LastFault, StringComparison.Ordinal);
    }

    /// <summary>The shapes of the Open Inference Protocol: flat or nested data, several tensors, elements by number.</summary>
    [Theory]
    [InlineData("""[{"name":"p","datatype":"FP64","shape":[2],"data":[0.9,0.25]}]""", "row/p")]
    [InlineData("""[{"name":"p","datatype":"FP64","shape":[2,1],"data":[0.9,0.25]}]""", "row/p")]
    [InlineData("""[{"name":"p","datatype":"FP64","shape":[2,1],"data":[[0.9],[0.25]]}]""", "row/0")]
    [InlineData("""[{"data":[0.1,0.9,0.75,0.25],"shape":[2,2],"name":"p","datatype":"FP64"}]""", "row/p/1")]
    [InlineData("""[{"data":[[0.1,0.9],[0.75,0.25]],"shape":[2,2],"name":"p","datatype":"FP64"}]""", "row/p/1")]
    [InlineData("""[{"name":"p","shape":[2,2,1],"data":[[[0.1],[0.9]],[[0.75],[0.25]]]}]""", "row/0/1")]
    [InlineData("""[{"name":"other","shape":[7],"data":"none of ours"},{"name":"p","shape":[2],"data":[0.9,0.25]}]""", "row/p")]
    [InlineData("""[{"name":"other","shape":[1],"data":[NaN]},{"name":"p","shape":[2],"data":[ 0.9 , 0.25 ]}]""", "row/1")]
    public void Rows_of_tensors_are_cut_by_their_shape(string outputs, string place)
    {
        var reader = new MessageReader(new FieldMapping { Rows = "tensors:/outputs", [FieldName.Probability] = place }, new ReadLimits(), _routes, Records.HashKey);

        var answers = Predictions(reader, $$"""{"outputs":{{outputs}},"id":"r","model":"m",{{Time}}}""").ToList();

        Assert.Equal([(RejectReason.None, Records.IdOf("r-0"), 0.9), (RejectReason.None, Records.IdOf("r-1"), 0.25)], answers.Select(answer => (answer.Reason, answer.Prediction.Id, answer.Prediction.Confidence)));
    }

    [Fact]
    public void Several_tensors_make_one_row_and_a_wide_one_is_a_vector()
    {
        var reader = new MessageReader(
            new FieldMapping { Rows = "tensors:/outputs", [FieldName.Predicted] = "row/label", [FieldName.Confidence] = "row/score", [FieldName.Probabilities] = "row/proba", [FieldName.Version] = "row/version/0" }, new ReadLimits(), _routes, Records.HashKey);

        var answers = Predictions(reader, $$"""
            {"id":"r","model":"m",{{Time}},"outputs":[
              {"name":"label","datatype":"BYTES","shape":[3,1],"data":["cat","dog","eel"]},
              {"name":"score","datatype":"FP32","shape":[3],"data":[0.5,0.25,null]},
              {"name":"proba","datatype":"FP32","shape":[3,2],"data":[0.1,0.9,0.2,0.8,0.3,0.7]}]}
            """).ToList();

        Assert.Equal([(ClassText.KeyOf("cat"), 0.5), (ClassText.KeyOf("dog"), 0.25), (ClassText.KeyOf("1"), 0.7)], answers.Select(answer => (_routes[answer.Prediction.Route].PredictedClass, answer.Prediction.Confidence)));
    }

    [Theory]
    [InlineData("""[{"name":"p","shape":[2],"data":[0.9]}]""", RejectReason.Schema, "as many elements as the shape says")]
    [InlineData("""[{"name":"p","shape":[1],"data":[0.9,0.1]}]""", RejectReason.Schema, "as many elements as the shape says")]
    [InlineData("""[{"name":"p","shape":[1],"data":[{"x":1}]}]""", RejectReason.Schema, "as many elements as the shape says")]
    [InlineData("""[{"name":"p","shape":[-1],"data":[]}]""", RejectReason.Schema, "a shape, and data in JSON, of each tensor that is read")]
    [InlineData("""[{"name":"p","shape":[1,99999999999],"data":[]}]""", RejectReason.Schema, "a shape, and data in JSON, of each tensor that is read")]
    [InlineData("""[{"name":"p","shape":[0,0],"data":[]}]""", RejectReason.Schema, "a shape, and data in JSON, of each tensor that is read")]
    [InlineData("""[{"name":"p","data":[0.5]}]""", RejectReason.Schema, "a shape, and data in JSON, of each tensor that is read")]
    [InlineData("""[{"name":"p","shape":[1],"parameters":{"binary_data_size":4}}]""", RejectReason.Schema, "a shape, and data in JSON, of each tensor that is read")]
    [InlineData("""[{"name":"p","shape":[2],"data":[0.9,0.1]},{"name":"q","shape":[1],"data":[0.5]}]""", RejectReason.Schema, "tensors of equally many rows")]
    [InlineData("""[{"name":"z","shape":[2],"data":[0.9,0.1]}]""", RejectReason.Schema, "a tensor that the mapping looks for")]
    [InlineData("""[7]""", RejectReason.Schema, "tensors: objects with a name, a shape and data in JSON")]
    [InlineData("""{"p":1}""", RejectReason.Schema, "an array of tensors")]
    [InlineData("""[{"name":"p","shape":[6],"data":[1,1,1,1,1,1]}]""", RejectReason.Oversize, "fewer rows (limit maxRows)")]
    [InlineData("""[{"name":"p","shape":[0],"data":[]}]""", RejectReason.Filtered, null)]
    public void Tensors_that_are_no_rows_are_told_as_that(string outputs, RejectReason reason, string? expected)
    {
        var mapping = new FieldMapping { Rows = "tensors:/outputs", [FieldName.Probability] = "row/p", [FieldName.Latency] = "row/q" };
        var reader = new MessageReader(mapping, new ReadLimits { MaxRows = 5 }, _routes, Records.HashKey);

        var answer = Assert.Single(Predictions(reader, $$"""{"id":"r","model":"m",{{Time}},"outputs":{{outputs}}}"""));

        Assert.Equal((reason, expected is null ? null : $"tensors:/outputs: expected {expected}"), (answer.Reason, answer.Fault));
    }

    /// <summary>Whatever bytes come, the reader gives an answer for each row and throws nothing.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Mutated_records_are_read_or_refused(int seed)
    {
        var random = new Random(seed);
        MessageReader[] readers =
        [
            new(InRows, new ReadLimits { MaxRows = 4 }, _routes, Records.HashKey),
            new(new FieldMapping { Rows = "tensors:/rows", [FieldName.Probability] = "row/0/1", [FieldName.Probabilities] = "row/p" }, new ReadLimits(), _routes, Records.HashKey),
            new(new FieldMapping { Rows = "/rows/*/data", [FieldName.Probability] = "row", [FieldName.Id] = "/rows/[name=p]/id" }, new ReadLimits(), _routes, Records.HashKey),
        ];
        string[] seeds =
        [
            $$"""{"id":"r","model":"m",{{Time}},"rows":[{"p":0.5,"s":{"a":"b"} },{"class":"x","c":0.5},{"v":[0.5,0.5]}]}""",
            $$"""{"id":"r","model":"m",{{Time}},"rows":[{"name":"p","shape":[2,2],"data":[[0.5,0.5],[0.25,0.75]],"id":"i"},{"name":"q","shape":[2],"data":[1,2]}]}""",
        ];
        int refused = 0, read = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)]);
            for (int changes = random.Next(4); changes > 0; changes--) bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : "{}[],:\"0129.-eNtf\\ "u8[random.Next(19)];
            var record = new RecordView { Value = bytes.AsSpan(0, random.Next(5) == 0 ? random.Next(bytes.Length) : bytes.Length), KafkaTimestamp = -1 };
            var reader = readers[random.Next(readers.Length)];
            reader.Open(record, FieldRecords.Predictions);
            int rows = 0;
            while (reader.NextPrediction(record, Records.Now, out _, out var reason))
            {
                rows++;
                if (reason == RejectReason.None) read++;
                else if (reason != RejectReason.Filtered) Assert.NotNull(reader.LastFault);
                if (reason != RejectReason.None) refused++;
            }

            Assert.Equal(reader.RowCount, rows);
        }

        Assert.True(read > 3_000 && refused > 5_000, $"{read} read, {refused} refused");
    }

    [Fact]
    public void Reading_rows_allocates_nothing()
    {
        var reader = new MessageReader(InRows, new ReadLimits(), _routes, Records.HashKey);
        var tensors = new MessageReader(new FieldMapping { Rows = "tensors:/outputs", [FieldName.Probability] = "row/p/1" }, new ReadLimits(), _routes, Records.HashKey);
        byte[] rows = Encoding.UTF8.GetBytes($$"""{"id":"r","model":"m",{{Time}},"rows":[{{string.Join(',', Enumerable.Range(0, 50).Select(i => FormattableString.Invariant($$"""{"p":0.{{i}}5,"s":{"a":"b"} }""")))}}]}""");
        byte[] data = Encoding.UTF8.GetBytes($$"""{"id":"r","model":"m",{{Time}},"outputs":[{"name":"p","shape":[50,2],"data":[{{string.Join(',', Enumerable.Repeat("0.25,0.75", 50))}}]}]}""");
        int Read(MessageReader by, byte[] value)
        {
            var record = new RecordView { Value = value, KafkaTimestamp = -1 };
            int good = 0;
            by.Open(record, FieldRecords.Predictions);
            while (by.NextPrediction(record, Records.Now, out _, out var reason)) good += reason == RejectReason.None ? 1 : 0;
            return good;
        }

        for (int i = 0; i < 3; i++) Assert.Equal((50, 50), (Read(reader, rows), Read(tensors, data)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        int read = 0;
        for (int i = 0; i < 100; i++) read += Read(reader, rows) + Read(tensors, data);

        Assert.Equal((10_000, 0L), (read, GC.GetAllocatedBytesForCurrentThread() - before));
    }

    private static string SomeRow(Random random)
    {
        string P() => (random.Next(0, 120) / 100.0).ToString(CultureInfo.InvariantCulture);
        List<string> members =
        [
            random.Next(4) switch
            {
                0 => $"\"p\":{P()}",
                1 => $"\"class\":\"c{random.Next(3)}\",\"c\":{P()}",
                2 => """ "v":{"a":0.25,"b":0.75}""",
                _ => """ "v":[0.5,0.25,0.25]""",
            },
        ];
        if (random.Next(3) == 0) members.Add($"\"s\":{{\"region\":\"r{random.Next(3)}\"}}");
        if (random.Next(3) == 0) members.Insert(0, """ "other":{"p":[1,{"p":2}]}""");
        return "{" + string.Join(',', members) + "}";
    }

    private static RecordView Record(string json) => new() { Value = Encoding.UTF8.GetBytes(json), KafkaTimestamp = -1 };

    private static Func<(RejectReason Reason, Prediction Prediction, string? Fault), string> IdIn(string[] ids) => answer => ids.FirstOrDefault(id => Records.IdOf(id) == answer.Prediction.Id) ?? $"another id ({answer.Reason})";

    private static List<(RejectReason Reason, Prediction Prediction, string? Fault)> Predictions(MessageReader reader, string json)
    {
        var record = Record(json);
        List<(RejectReason, Prediction, string?)> answers = [];
        reader.Open(record, FieldRecords.Predictions);
        while (reader.NextPrediction(record, Records.Now, out var prediction, out var reason)) answers.Add((reason, prediction, reader.LastFault));
        return answers;
    }

    private static List<(RejectReason Reason, Label Label)> Labels(MessageReader reader, string json)
    {
        var record = Record(json);
        List<(RejectReason, Label)> answers = [];
        reader.Open(record, FieldRecords.Labels);
        while (reader.NextLabel(record, Records.Now, out var label, out var reason)) answers.Add((reason, label));
        return answers;
    }
}
