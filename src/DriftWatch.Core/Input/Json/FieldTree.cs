using System.Text;

namespace DriftWatch.Core.Input.Json;

/// <summary>A key that the reader looks for, and what it looks for below it: all pointers of a mapping laid over each other.</summary>
internal sealed class FieldTree
{
    private const int Buckets = 64;
    private static readonly uint Structures = FieldCatalogue.Bits(field => field.Shape is FieldShape.Slices or FieldShape.Vector);
    private readonly Dictionary<string, FieldTree> _byName = [];
    private readonly byte[] _name;
    private readonly FieldTree?[] _buckets = new FieldTree?[Buckets];
    private FieldTree? _next;

    private FieldTree(string name)
    {
        _name = Encoding.UTF8.GetBytes(name);
        Pattern = new KeyPattern(_name);
        Index = int.TryParse(name, System.Globalization.NumberStyles.None, null, out int index) && index.ToString() == name ? index : -1;
    }

    /// <summary>Bits of the fields that this key is the place of; more than one where pointers are the same.</summary>
    public uint Fields { get; private set; }

    /// <summary>The record in which this key was last seen: seeing it twice in one is a duplicate.</summary>
    public long SeenIn { get; set; }

    /// <summary>The key as it usually stands in a record.</summary>
    public readonly KeyPattern Pattern;

    /// <summary>The child that was found first the last time: the first to be tried for the next record.</summary>
    public FieldTree? First { get; set; }

    /// <summary>The neighbor that was found after this one the last time. Records of one producer have their keys in one order.</summary>
    public FieldTree? Follower { get; set; }

    public bool HasChildren => _byName.Count > 0;

    /// <summary>Whether an object or array at this key is to be walked through.</summary>
    public bool IsWalked => HasChildren || (Fields & Structures) != 0;

    private int Index { get; }

    /// <exception cref="ArgumentException">A place is no JSON pointer.</exception>
    public static FieldTree Of(IEnumerable<(string Pointer, FieldName Field)> places)
    {
        var root = new FieldTree("");
        foreach (var (pointer, field) in places)
        {
            if (!JsonPointer.TryParse(pointer, out string[] steps, out string? error)) throw new ArgumentException($"Field {field}: {error}");
            if (steps.Length == 0) continue;
            var place = root;
            foreach (string step in steps) place = place.Child(step);
            place.Fields |= FieldCatalogue.Bit(field);
        }

        return root;
    }

    public FieldTree? Find(ReadOnlySpan<byte> key)
    {
        if (_byName.Count == 0) return null;
        for (var child = _buckets[Bucket(key)]; child is not null; child = child._next)
        {
            if (key.SequenceEqual(child._name)) return child;
        }

        return null;
    }

    public FieldTree? Find(int index)
    {
        foreach (var child in _byName.Values)
        {
            if (child.Index == index) return child;
        }

        return null;
    }

    private static int Bucket(ReadOnlySpan<byte> key) => key.Length == 0 ? 0 : ((key.Length * 8) ^ key[0] ^ (key[^1] << 1)) & (Buckets - 1);

    private FieldTree Child(string name)
    {
        if (_byName.TryGetValue(name, out var known)) return known;
        var child = new FieldTree(name);
        int bucket = Bucket(child._name);
        child._next = _buckets[bucket];
        _buckets[bucket] = child;
        _byName.Add(name, child);
        return child;
    }
}
