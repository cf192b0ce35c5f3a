using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Files;

namespace DriftWatch.Replay;

/// <summary>Two files, folders or patterns.</summary>
internal sealed class FileSource : IReplaySource
{
    private readonly ReplayRequest _request;
    private readonly InputFiles _predictions;
    private readonly InputFiles _labels;

    public FileSource(ReplayRequest request, ReplayMeter meter, Func<Stream> standardInput)
    {
        if (request.Predictions == "-" && request.Labels == "-") throw new ReplayException("Only one of --predictions and --labels can be standard input ('-').");
        _request = request;
        (_predictions, _labels) = (InputFiles.Find(request.Predictions, standardInput), InputFiles.Find(request.Labels, standardInput));
        (meter.Predictions, meter.Labels) = (() => (_predictions.StoredBytesRead, _predictions.StoredBytes), () => (_labels.StoredBytesRead, _labels.StoredBytes));
    }

    public LoadedFile<Prediction> Predictions(RouteTable routes, ReplayMeter meter) => Loading.Predictions(_predictions, _request, routes, meter);

    public LoadedFile<Label> Labels(RouteTable routes, ReplayMeter meter) => Loading.Labels(_labels, _request, routes, meter);
}
