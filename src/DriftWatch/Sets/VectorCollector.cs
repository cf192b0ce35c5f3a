using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Series;

namespace DriftWatch.Sets;

/// <summary>Gathers the probability vectors of labeled predictions as the join lets go of them, and gives them one order of classes.</summary>
/// <remarks>A set has the vectors of all its rows or of none: a fit to those that have one would be of other traffic.</remarks>
internal sealed class VectorCollector(RouteTable routes)
{
    private readonly Dictionary<(PredictionId, int Route), Taken> _taken = [];

    /// <summary>Takes over what a meeting tells, in place of what one before it told of the same prediction.</summary>
    public void Take(PredictionId id, in Meeting meeting)
    {
        var route = routes[meeting.Route];
        if (route.Classes is not { } classes || meeting.Vector == 0)
        {
            _taken[(id, meeting.Route)] = default;
            return;
        }

        // That the top class was right says which it was; that it was wrong does not.
        ulong? came = meeting.Value.Kind == LabelKind.Class ? meeting.Value.Key : meeting.Outcome ? route.PredictedClass : null;
        _taken[(id, meeting.Route)] = new(classes, routes.Vectors[meeting.Vector].ToArray(), came is { } key ? classes.PlaceOf(key) : -1);
    }

    /// <summary>Gives rows their vectors.</summary>
    /// <param name="rows">All that were taken, by what each is known.</param>
    public SetVectors Complete(Dictionary<(PredictionId Id, int Route), SetRow> rows)
    {
        if (rows.Count == 0) return SetVectors.Unasked;
        int without = _taken.Values.Count(taken => taken.Classes is null), unnamed = _taken.Values.Count(taken => taken.Classes is not null && taken.Actual < 0);
        if (without > 0) return new(null, $"{without} of {rows.Count} labeled predictions have no probabilities of all classes in their records");
        if (routes.Overflows["vector"] > 0) return new(null, "there was no room for all vectors: monitor.maxVectorMegabytes");
        if (routes.Overflows["class"] > 0) return new(null, $"{routes.Overflows["class"]} vectors have more classes than the model's maxClasses");
        if (unnamed > 0) return new(null, $"{unnamed} of {rows.Count} labels do not say which class came true, or one that is in no vector");

        var names = SetVectors.InOrder(_taken.Values.Select(taken => taken.Classes!).Distinct().SelectMany(Names));
        Dictionary<ClassRoster, int[]> places = [];
        var inOrder = new double[names.Count];
        foreach (var (key, taken) in _taken)
        {
            if (!places.TryGetValue(taken.Classes!, out int[]? to)) places.Add(taken.Classes!, to = [.. Names(taken.Classes!).Select(name => IndexOf(names, name))]);
            // A class that came later than the vector has nothing of it. One that has them all is put in order where it lies: a million vectors are not held twice.
            taken.Probabilities!.CopyTo(inOrder, 0);
            var vector = taken.Probabilities.Length == names.Count ? taken.Probabilities : new double[names.Count];
            for (int place = 0; place < taken.Probabilities.Length; place++) vector[to[place]] = inOrder[place];
            rows[key] = rows[key] with { Vector = vector, Actual = to[taken.Actual] };
        }

        return new(names, null);
    }

    private IEnumerable<string> Names(ClassRoster classes) => Enumerable.Range(0, classes.Count).Select(place => routes.Series[classes.SeriesAt(place)].Class!);

    private static int IndexOf(IReadOnlyList<string> names, string name)
    {
        int at = 0;
        while (names[at] != name) at++;
        return at;
    }

    private readonly record struct Taken(ClassRoster? Classes, double[]? Probabilities, int Actual);
}
