using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Serving;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Checkpoints;

/// <summary>Compares two objects field by field, private ones too, and whatever they hold: a field that state forgot shows here.</summary>
/// <remarks>
/// Fields are named <c>Class.Field</c>; for properties the field has the property's name, for parameters of a primary constructor the parameter's. Doubles must be
/// the same to the bit. Delegates are passed over. Where one object is reached by two ways, its counterpart must be one as well. What is laid out by how it came about is
/// compared by what it holds.
/// </remarks>
internal static class DeepCompare
{
    /// <summary>Where the two differ, as paths; empty if nowhere.</summary>
    /// <param name="left">The one that was written.</param>
    /// <param name="right">The one that read it.</param>
    /// <param name="caches">Fields that may differ: <c>Class.Field</c>.</param>
    public static IReadOnlyList<string> Differences(object? left, object? right, params IReadOnlyList<string> caches)
    {
        var walk = new Walk(caches);
        walk.Compare(left, right, left?.GetType().Name ?? "null");
        return walk.Paths;
    }

    /// <summary>Names (<c>Class.Field</c>) of all fields of ours that can be set again after the constructor, of whatever an object holds; parameters of primary constructors apart.</summary>
    public static IReadOnlySet<string> Settable(object whole)
    {
        var walk = new Walk([]);
        walk.Compare(whole, whole, "", evenIfSame: true);
        return walk.Settable;
    }

    /// <summary>Names (<c>Class.Field</c>) of the fields that differ, or hold something that does: what a run has changed, if one of the two is as it was made.</summary>
    public static IReadOnlySet<string> Changed(object left, object right)
    {
        var walk = new Walk([]);
        walk.Compare(left, right, left.GetType().Name);
        return walk.Fields;
    }

    public static void AssertSame(object? left, object? right, string because, params IReadOnlyList<string> caches)
    {
        var differences = Differences(left, right, caches);
        Assert.True(differences.Count == 0, $"{because}: {string.Join("; ", differences.Take(10))}");
    }

    private sealed class Walk(IReadOnlyList<string> caches)
    {
        private const int Most = 50;

        private static readonly Dictionary<Type, Func<object, object, bool>> ByContent = new()
        {
            [typeof(CalibrationSketch)] = (left, right) => ((CalibrationSketch)left).HoldsSameAs((CalibrationSketch)right),
            [typeof(DelayTable)] = (left, right) => StateExchange.Write((DelayTable)left).AsSpan().SequenceEqual(StateExchange.Write((DelayTable)right)),
            [typeof(LatencySketch)] = (left, right) => StateExchange.Write((LatencySketch)left).AsSpan().SequenceEqual(StateExchange.Write((LatencySketch)right)),
        };

        private readonly HashSet<(object, object)> _seen = new(ByReference.Instance);
        private readonly Dictionary<object, object> _counterpart = new(ReferenceEqualityComparer.Instance);
        private static readonly ConcurrentDictionary<Type, Field[]> FieldsOfType = [];
        private bool _evenIfSame;
        private long _differences;

        public List<string> Paths { get; } = [];

        public HashSet<string> Fields { get; } = [];

        public HashSet<string> Settable { get; } = [];

        public void Compare(object? left, object? right, string path, bool evenIfSame = false)
        {
            _evenIfSame |= evenIfSame;
            if (ReferenceEquals(left, right) && (!_evenIfSame || left is null)) return;
            if (left is null || right is null) Report(path, left, right);
            else if (left.GetType() != right.GetType()) Report(path, left.GetType().Name, right.GetType().Name);
            else if (left is Delegate or Type or MemberInfo) return;
            else if (left is double or float or string or decimal || left.GetType().IsPrimitive || left.GetType().IsEnum) Values(left, right, path);
            else if (ByContent.TryGetValue(left.GetType(), out var holdSame))
            {
                if (!holdSame(left, right)) Report(path, "one content", "another");
            }
            else if (left.GetType().IsValueType || Fresh(left, right, path)) Inside(left, right, path);
        }

        private static object Bits(object value) => value switch
        {
            double number => BitConverter.DoubleToInt64Bits(number),
            float number => BitConverter.SingleToInt32Bits(number),
            _ => value,
        };

        private void Values(object left, object right, string path)
        {
            if (!Bits(left).Equals(Bits(right))) Report(path, left, right);
        }

        /// <summary>Whether the pair has not been compared; reports one object that has two counterparts.</summary>
        private bool Fresh(object left, object right, string path)
        {
            if (left is IKeepsState && !_counterpart.TryAdd(left, right) && !ReferenceEquals(_counterpart[left], right)) Report(path, "shared", "not shared");
            return _seen.Add((left, right));
        }

        private void Inside(object left, object right, string path)
        {
            switch (left)
            {
                case IDictionary pairs:
                    Pairs(pairs, (IDictionary)right, path);
                    break;
                case IEnumerable items when IsSet(left.GetType()):
                    Set(items, (IEnumerable)right, path);
                    break;
                case IEnumerable items when left is Array || (left.GetType().Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true && left is not ITuple):
                    List(items, (IEnumerable)right, path);
                    break;
                default:
                    Members(left, right, path);
                    break;
            }
        }

        private void Pairs(IDictionary left, IDictionary right, string path)
        {
            if (left.Count != right.Count) Report(path + ".Count", left.Count, right.Count);
            foreach (DictionaryEntry pair in left)
            {
                if (right.Contains(pair.Key)) Compare(pair.Value, right[pair.Key], $"{path}[{pair.Key}]");
                else Report($"{path}[{pair.Key}]", "there", "missing");
            }
        }

        private void Set(IEnumerable left, IEnumerable right, string path)
        {
            HashSet<object?> here = [.. left], there = [.. right];
            if (!here.SetEquals(there)) Report(path, string.Join(",", here), string.Join(",", there));
        }

        private void List(IEnumerable left, IEnumerable right, string path)
        {
            if (IsUnmade(left) || IsUnmade(right))
            {
                if (IsUnmade(left) != IsUnmade(right)) Report(path, "an unmade array", "or not");
                return;
            }

            if (left is Array numbers && numbers.GetType().GetElementType()!.IsPrimitive && (_evenIfSame || SameBits(numbers, (Array)right))) return;
            object?[] here = [.. left.Cast<object?>()], there = [.. right.Cast<object?>()];
            if (here.Length != there.Length) Report(path + ".Length", here.Length, there.Length);
            for (int i = 0; i < Math.Min(here.Length, there.Length); i++) Compare(here[i], there[i], $"{path}[{i}]");
        }

        private static bool SameBits(Array left, Array right) =>
            left.Length == right.Length && Bytes(left).SequenceEqual(Bytes(right));

        private static ReadOnlySpan<byte> Bytes(Array numbers) =>
            MemoryMarshal.CreateReadOnlySpan(in MemoryMarshal.GetArrayDataReference(numbers), Buffer.ByteLength(numbers));

        private void Members(object left, object right, string path)
        {
            foreach (var field in FieldsOfType.GetOrAdd(left.GetType(), type => [.. FieldsOf(type)]))
            {
                if (field.IsOurs && field.IsSettable) Settable.Add(field.FullName);
                if (caches.Contains(field.FullName)) continue;
                long before = _differences;
                Compare(field.Info.GetValue(left), field.Info.GetValue(right), $"{path}.{field.Name}");
                if (field.IsOurs && _differences > before) Fields.Add(field.FullName);
            }
        }

        private void Report(string path, object? left, object? right)
        {
            _differences++;
            if (Paths.Count < Most) Paths.Add($"{path}: {left ?? "null"} and {right ?? "null"}");
        }

        private static bool IsSet(Type type) => type.GetInterfaces().Any(each => each.IsGenericType && each.GetGenericTypeDefinition() == typeof(ISet<>));

        /// <summary>An immutable array that is default cannot be enumerated.</summary>
        private static bool IsUnmade(IEnumerable items) => items.GetType().GetProperty("IsDefault")?.GetValue(items) is true;

        private static IEnumerable<Field> FieldsOf(Type type)
        {
            for (var each = type; each is not null && each != typeof(object); each = each.BaseType)
            {
                foreach (var field in each.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)) yield return new(field);
            }
        }
    }

    private sealed class Field(FieldInfo info)
    {
        public FieldInfo Info => info;

        /// <summary><c>&lt;Name&gt;k__BackingField</c> and <c>&lt;name&gt;P</c> are called by what stands inside.</summary>
        public string Name { get; } = info.Name[0] == '<' ? info.Name[1..info.Name.IndexOf('>')] : info.Name;

        public string FullName => $"{info.DeclaringType!.Name}.{Name}";

        public bool IsOurs { get; } = info.DeclaringType!.Namespace?.StartsWith("DriftWatch", StringComparison.Ordinal) == true;

        public bool IsSettable { get; } = !info.IsInitOnly && !info.Name.EndsWith(">P", StringComparison.Ordinal);
    }

    private sealed class ByReference : IEqualityComparer<(object Left, object Right)>
    {
        public static readonly ByReference Instance = new();

        public bool Equals((object Left, object Right) x, (object Left, object Right) y) => ReferenceEquals(x.Left, y.Left) && ReferenceEquals(x.Right, y.Right);

        public int GetHashCode([DisallowNull] (object Left, object Right) pair) => HashCode.Combine(RuntimeHelpers.GetHashCode(pair.Left), RuntimeHelpers.GetHashCode(pair.Right));
    }
}
