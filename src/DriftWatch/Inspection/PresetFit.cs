using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Options;

namespace DriftWatch.Inspection;

/// <summary>Finds the preset whose producer wrote a sample: the first that reads nearly all that it does not pass over.</summary>
internal static class PresetFit
{
    private const double NearlyAll = 0.95;

    private static readonly byte[] Key = new byte[16];

    /// <returns>null: the sample is of none of them.</returns>
    public static Preset? Of(Sample sample) => Presets.All.FirstOrDefault(preset => Fits(preset, sample));

    private static bool Fits(Preset preset, Sample sample)
    {
        var records = sample.Part == StreamPart.Labels ? FieldRecords.Labels : FieldRecords.Predictions;
        if ((preset.Records & records) == 0) return false;
        var reader = new MessageReader(preset.Mapping, new ReadLimits(), new RouteTable(new MonitorOptions().Routing), Key, sample.Name);
        var headers = preset.Mapping.Headers;
        int read = 0, refused = 0;
        foreach (var record in sample.Records)
        {
            var view = record.View(headers);
            reader.Open(view, records);
            while (records == FieldRecords.Labels ? reader.NextLabel(view, EventTime.Latest, out _, out var reason) : reader.NextPrediction(view, EventTime.Latest, out _, out reason))
            {
                // A claim that is out of range was found where it is looked for.
                if (reason is RejectReason.None or RejectReason.ProbabilityRange or RejectReason.ProbabilitySum) read++;
                else if (reason != RejectReason.Filtered) refused++;
            }
        }

        return read > 0 && read >= NearlyAll * (read + refused);
    }
}
