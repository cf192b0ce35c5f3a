using DriftWatch.Core.Series;

namespace DriftWatch.Core.Input;

/// <summary>Keeps the probabilities of the classes that are watched, from a record's vector, until its label comes.</summary>
internal sealed class VectorKeeper(RouteTable routes)
{
    private int[] _places = new int[16];

    /// <returns>Their number among the <see cref="RouteTable.Vectors"/>; 0 if there is no room.</returns>
    public int Keep(ReadOnlySpan<byte> record, RecordFields fields, ClassRoster classes)
    {
        var vector = fields.Vector;
        if (_places.Length < vector.Count) Array.Resize(ref _places, Math.Max(vector.Count, 2 * _places.Length));
        bool complete = true;
        for (int i = 0; i < vector.Count; i++)
        {
            ulong key = vector.Key(i);
            int place = classes.PlaceOf(key, guess: i);
            if (place < 0 && !classes.IsFull) place = routes.Watch(classes, key, vector.NameOf(i, fields, record));
            complete &= place >= 0;
            _places[i] = place;
        }

        if (!complete) routes.NoteLeftOut("class");
        int held = routes.Vectors.Hold(classes.Count);
        if (held == 0)
        {
            routes.NoteLeftOut("vector");
            return 0;
        }

        // A class that the record does not name has the rest of its sum: nothing.
        var probabilities = routes.Vectors[held];
        for (int i = 0; i < vector.Count; i++)
        {
            if (_places[i] >= 0) probabilities[_places[i]] = vector.Probability(i);
        }

        return held;
    }
}
