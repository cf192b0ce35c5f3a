using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Pipeline.Diagnosis;

namespace DriftWatch.Metrics;

/// <summary>What is wrong with the input as a whole: every problem that a topic can have stands at 0 until it is there.</summary>
internal sealed class InputProblemFamilies(MetricsPage page)
{
    private readonly TaggedGauge _problem = page.Gauge(
        "driftwatch_input_problem", "Whether recent records of a topic are wrong as a whole (1) or not (0); the status page tells the most likely cause.", "stream", "topic", "problem");

    public void Export(ServiceSnapshot snapshot)
    {
        var standing = snapshot.InputProblems.Where(problem => !problem.IsNote).Select(problem => problem.Key).ToList();
        foreach (var stream in snapshot.Streams)
        {
            var part = stream.Name == StreamSnapshot.NameOf(StreamPart.Predictions) ? StreamPart.Predictions : StreamPart.Labels;
            foreach (var kind in ProblemKinds.Of(part))
            {
                bool stands = standing.Exists(key => key.Kind == kind && key.Part == part && (key.Topic ?? stream.Topic) == stream.Topic);
                _problem.Set(stands ? 1 : 0, stream.Name, stream.Topic, kind.Name());
            }
        }
    }
}
