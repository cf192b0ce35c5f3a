using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace DriftWatch.Checkpoints;

/// <summary>Compares two objects field by field, private ones too, and whatever they hold: a field that state forgot shows here.</summary>
/// <remarks>
/// Fields are named <c>Class.Field</c>; for properties the field has the property's name, for parameters of a primary constructor the parameter's. Doubles must be
/// the same to the bit. Delegates are passed over. Where one object is reached by two ways, its counterpart must be one as well.
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
        walk.Compare(left, right, left?.GetType().Name ?? "null", "");
        return walk.Paths;
    }

    /// <summary>Names (<c>Class.Field</c>) of the fields that differ: what a run has changed, if one of the two is as it was made.</summary>
    public static IReadOnlySet<string> Changed(object left, object right)
    {
        var walk = new Walk([]);
        walk.Compare(left, right, left.GetType().Name, "");
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
        private readonly HashSet<(object, object)> _seen = new(ByReference.Instance);
        private readonly Dictionary<object, object> _counterpart = new(ReferenceEqualityComparer.Instance);

        public List<string> Paths { get; } = [];

        public HashSet<string> Fields { get; } = [];

        public void Compare(object? left, object? right, string path, string field)
        {
            if (ReferenceEquals(left, right)) return;
            if (left is null || right is null) Report(path, field, left, right);
            else if (left.GetType() != right.GetType()) Report(path, field, left.GetType().Name, right.GetType().Name);
            else if (left is Delegate or Type or MemberInfo) return;
            else if (left is double or float or string or decimal || left.GetType().IsPrimitive || left.GetType().IsEnum) Values(left, right, path, field);
            else if (left.GetType().IsValueType || Fresh(left, right, path, field)) Inside(left, right, path, field);
        }

        private static object Bits(object value) => value switch
        {
            double number => BitConverter.DoubleToInt64Bits(number),
            float number => BitConverter.SingleToInt32Bits(number),
            _ => value,
        };

        private void Values(object left, object right, string path, string field)
        {
            if (!Bits(left).Equals(Bits(right))) Report(path, field, left, right);
        }

        /// <summary>Whether the pair has not been compared; reports one object that has two counterparts.</summary>
        private bool Fresh(object left, object right, string path, string field)
        {
            if (left is IKeepsState && !_counterpart.TryAdd(left, right) && !ReferenceEquals(_counterpart[left], right)) Report(path, field, "shared", "not shared");
            return _seen.Add((left, right));
        }

        private void Inside(object left, object right, string path, string field)
        {
            switch (left)
            {
                case IDictionary pairs:
                    Pairs(pairs, (IDictionary)right, path, field);
                    break;
                case IEnumerable items when IsSet(left.GetType()):
                    Set(items, (IEnumerable)right, path, field);
                    break;
                case IEnumerable items when left is Array || (left.GetType().Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true && left is not ITuple):
                    List(items, (IEnumerable)right, path, field);
                    break;
                default:
                    Members(left, right, path, field);
                    break;
            }
        }

        private void Pairs(IDictionary left, IDictionary right, string path, string field)
        {
            if (left.Count != right.Count) Report(path + ".Count", field, left.Count, right.Count);
            foreach (DictionaryEntry pair in left)
            {
                if (right.Contains(pair.Key)) Compare(pair.Value, right[pair.Key], $"{path}[{pair.Key}]", field);
                else Report($"{path}[{pair.Key}]", field, "there", "missing");
            }
        }

        private void Set(IEnumerable left, IEnumerable right, string path, string field)
        {
            HashSet<object?> here = [.. left], there = [.. right];
            if (!here.SetEquals(there)) Report(path, field, string.Join(",", here), string.Join(",", there));
        }

        private void List(IEnumerable left, IEnumerable right, string path, string field)
        {
            if (IsUnmade(left) || IsUnmade(right))
            {
                if (IsUnmade(left) != IsUnmade(right)) Report(path, field, "an unmade array", "or not");
                return;
            }

            object?[] here = [.. left.Cast<object?>()], there = [.. right.Cast<object?>()];
            if (here.Length != there.Length) Report(path + ".Length", field, here.Length, there.Length);
            for (int i = 0; i < Math.Min(here.Length, there.Length); i++) Compare(here[i], there[i], $"{path}[{i}]", field);
        }

        private void Members(object left, object right, string path, string field)
        {
            // Types of the runtime have no names worth telling: what holds them has changed.
            bool ours = left.GetType().Namespace?.StartsWith("DriftWatch", StringComparison.Ordinal) == true;
            foreach (var member in FieldsOf(left.GetType()))
            {
                string name = $"{member.DeclaringType!.Name}.{NameOf(member)}";
                if (!caches.Contains(name)) Compare(member.GetValue(left), member.GetValue(right), $"{path}.{NameOf(member)}", ours ? name : field);
            }
        }

        private void Report(string path, string field, object? left, object? right)
        {
            Fields.Add(field);
            if (Paths.Count < Most) Paths.Add($"{path}: {left ?? "null"} and {right ?? "null"}");
        }

        private static bool IsSet(Type type) => type.GetInterfaces().Any(each => each.IsGenericType && each.GetGenericTypeDefinition() == typeof(ISet<>));

        /// <summary>An immutable array that is default cannot be enumerated.</summary>
        private static bool IsUnmade(IEnumerable items) => items.GetType().GetProperty("IsDefault")?.GetValue(items) is true;

        private static IEnumerable<FieldInfo> FieldsOf(Type type)
        {
            for (var each = type; each is not null && each != typeof(object); each = each.BaseType)
            {
                foreach (var field in each.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)) yield return field;
            }
        }

        /// <summary><c>&lt;Name&gt;k__BackingField</c> and <c>&lt;name&gt;P</c> are called by what stands inside.</summary>
        private static string NameOf(FieldInfo field) => field.Name[0] == '<' ? field.Name[1..field.Name.IndexOf('>')] : field.Name;
    }

    private sealed class ByReference : IEqualityComparer<(object Left, object Right)>
    {
        public static readonly ByReference Instance = new();

        public bool Equals((object Left, object Right) x, (object Left, object Right) y) => ReferenceEquals(x.Left, y.Left) && ReferenceEquals(x.Right, y.Right);

        public int GetHashCode([DisallowNull] (object Left, object Right) pair) => HashCode.Combine(RuntimeHelpers.GetHashCode(pair.Left), RuntimeHelpers.GetHashCode(pair.Right));
    }
}
