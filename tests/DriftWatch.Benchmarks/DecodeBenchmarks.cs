using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Benchmarks;

/// <summary>Bytes of one record to a value: the reader beside Utf8JsonReader looking at the same bytes and making nothing of them but the number.</summary>
/// <remarks>Run with <c>dotnet run -c Release --project tests/DriftWatch.Benchmarks -- --filter '*Decode*'</c>. The ratio is what counts.</remarks>
[MemoryDiagnoser]
public class DecodeBenchmarks
{
    private readonly byte[] _prediction = Encoding.UTF8.GetBytes(
        """{"id":"550e8400-e29b-41d4-a716-446655440000","model":"fraud-model","version":"17","timestamp":"2026-11-21T10:00:00Z","probability":0.834625}""");

    private static readonly byte[] Sliced = Encoding.UTF8.GetBytes(
        """{"id":"550e8400-e29b-41d4-a716-446655440000","model":"fraud","version":"7","timestamp":1795255200000,"probability":0.83,"slices":{"region":"eu","tier":"gold"}}""");

    private static readonly byte[] TopLabel = Encoding.UTF8.GetBytes(
        """{"id":"order-123456789","model":"pets","version":"7","timestamp":1795255200000,"predicted":"cat","confidence":0.91}""");

    private static readonly byte[] Vector = Encoding.UTF8.GetBytes(
        """{"id":"order-123456789","model":"pets","version":"7","timestamp":1795255200000,"probabilities":{"cat":0.91,"dog":0.05,"cow":0.03,"owl":0.01}}""");

    private static readonly byte[] Label = Encoding.UTF8.GetBytes("""{"id":"order-123456789","timestamp":1795255200000,"label":1}""");

    private readonly MessageReader _reader = new(new FieldMapping(), new ReadLimits(), new RouteTable(new SeriesOptions()), new byte[16]);

    [Benchmark(Baseline = true)]
    public double PredictionTokensOfUtf8JsonReader()
    {
        double probability = 0;
        var reader = new Utf8JsonReader(_prediction);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("probability"u8) && reader.Read()) probability = reader.GetDouble();
        }

        return probability;
    }

    [Benchmark]
    public double ReadPrediction() => Read(_prediction);

    [Benchmark]
    public double ReadPredictionWithTwoSlices() => Read(Sliced);

    [Benchmark]
    public double ReadTopLabelPrediction() => Read(TopLabel);

    [Benchmark]
    public double ReadVectorPrediction() => Read(Vector);

    [Benchmark]
    public ulong ReadLabel()
    {
        _reader.ReadLabel(new RecordView { Value = Label }, EventTime.Latest - TimeSpan.FromDays(1), out var label);
        return label.Value.Key;
    }

    private double Read(byte[] value)
    {
        _reader.ReadPrediction(new RecordView { Value = value }, EventTime.Latest - TimeSpan.FromDays(1), out var prediction);
        return prediction.Confidence;
    }
}
