using System.Text;

namespace DriftWatch.Core.Input.Json;

/// <summary>A key that the reader looks for, and what it looks for below it: all pointers of a mapping laid over each other.</summary>
internal sealed class FieldTree
{
    private const int Buckets = 64;
    private static readonly ulong Structures = FieldCatalogue.Bits(field => field.Shape is FieldShape.Slices or FieldShape.Vector) | FieldCatalogue.Bit(RecordFields.RowsSlot);
    private readonly Dictionary<string, FieldTree> _byName = [];
    private readonly byte[] _name;
    private readonly FieldTree?[] _buckets = new FieldTree?[Buckets];
    private readonly List<(byte[] Member, byte[] Text, FieldTree Child)> _selected = [];
    private FieldTree? _every;
    private FieldTree? _only;
    private FieldTree? _next;

    private FieldTree(string name, bool repeats = false)
    {
        Repeats = repeats;
        _name = Encoding.UTF8.GetBytes(name);
        Pattern = new KeyPattern(_name);
        Index = int.TryParse(name, System.Globalization.NumberStyles.None, null, out int index) && index.ToString() == name ? index : -1;
    }

    /// <summary>Bits of the fields that this key is the place of; more than one where pointers are the same.</summary>
    public ulong Fields { get; private set; }

    /// <summary>The record in which this key was last seen: seeing it twice in one is a duplicate.</summary>
    public long SeenIn { get; set; }

    /// <summary>The key as it usually stands in a record.</summary>
    public readonly KeyPattern Pattern;

    /// <summary>The child that was found first the last time: the first to be tried for the next record.</summary>
    public FieldTree? First { get; set; }

    /// <summary>The neighbor that was found after this one the last time. Records of one producer have their keys in one order.</summary>
    public FieldTree? Follower { get; set; }

    /// <summary>Whether it may stand in a record any number of times: it is below every element of an array.</summary>
    public bool Repeats { get; }

    /// <summary>Whether it stands for the only member of an object, whatever that is called: <c>*</c>.</summary>
    public bool IsOnlyMember { get; private init; }

    public bool HasChildren => _byName.Count > 0 || _every is not null || _only is not null;

    /// <summary>Whether elements of an array are told apart by what they say, <c>[key=NAME]</c>, and not by their number.</summary>
    public bool Selects => _selected.Count > 0;

    /// <summary>Members by which elements are told apart, each with its text and what to look for in that element.</summary>
    public IReadOnlyList<(byte[] Member, byte[] Text, FieldTree Child)> Selected => _selected;

    /// <summary>Whether an object or array at this key is to be walked through.</summary>
    public bool IsWalked => HasChildren || (Fields & Structures) != 0;

    private int Index { get; }

    /// <exception cref="ArgumentException">A place is no JSON pointer.</exception>
    public static FieldTree Of(IEnumerable<(string Pointer, FieldName Field)> places)
    {
        var root = new FieldTree("");
        // Rows last: what is below every element is below those too that another field is looked for in.
        foreach (var (pointer, field) in places.OrderBy(place => place.Field == RecordFields.RowsSlot))
        {
            if (!JsonPointer.TryParse(pointer, out string[] steps, out string? error)) throw new ArgumentException($"Field {field}: {error}");
            List<FieldTree> ends = [root];
            foreach (string step in steps) ends = [.. ends.SelectMany(place => field == RecordFields.RowsSlot && step == "*" ? place.Elements() : [place.Child(step)])];
            foreach (var place in ends) place.Fields |= FieldCatalogue.Bit(field);
        }

        return root;
    }

    public FieldTree? Find(ReadOnlySpan<byte> key)
    {
        if (_byName.Count == 0) return _only;
        for (var child = _buckets[Bucket(key)]; child is not null; child = child._next)
        {
            if (key.SequenceEqual(child._name)) return child;
        }

        return _only;
    }

    public FieldTree? Find(int index)
    {
        foreach (var child in _byName.Values)
        {
            if (child.Index == index) return child;
        }

        return _every;
    }

    private static int Bucket(ReadOnlySpan<byte> key) => key.Length == 0 ? 0 : ((key.Length * 8) ^ key[0] ^ (key[^1] << 1)) & (Buckets - 1);

    private IEnumerable<FieldTree> Elements() => [_every ??= new FieldTree("*", repeats: true), .. _byName.Values.Where(child => child.Index >= 0)];

    private FieldTree Child(string name)
    {
        if (name == "*") return _only ??= new FieldTree(name, Repeats) { IsOnlyMember = true };
        if (_byName.TryGetValue(name, out var known)) return known;
        var child = new FieldTree(name, Repeats);
        _byName.Add(name, child);
        if (name.StartsWith('[') && name.EndsWith(']') && name.IndexOf('=') is > 1 and var sign)
        {
            _selected.Add((Encoding.UTF8.GetBytes(name[1..sign]), Encoding.UTF8.GetBytes(name[(sign + 1)..^1]), child));
            return child;
        }

        int bucket = Bucket(child._name);
        child._next = _buckets[bucket];
        _buckets[bucket] = child;
        return child;
    }
}
