using System.Diagnostics;
using System.Reflection;
using DriftWatch.Core.Monitoring;
using Xunit;

namespace DriftWatch.Architecture;

/// <summary>Names that go into events, metrics and the API: the member of an enumeration that comes next must not go by the name of the last.</summary>
public sealed class NameTests
{
    /// <summary>All <c>static string Name(this SomeEnum)</c>, <c>Symbol</c> and <c>Heading</c> too.</summary>
    public static TheoryData<string, string> Namers => [.. Methods().Select(method => (method.DeclaringType!.FullName!, method.ToString()!))];

    [Theory, MemberData(nameof(Namers))]
    public void Every_member_has_a_name_of_its_own_and_what_is_none_has_no_name(string type, string signature)
    {
        var method = Methods().Single(each => each.DeclaringType!.FullName == type && each.ToString() == signature);
        var kind = method.GetParameters()[0].ParameterType;
        var members = Enum.GetValues(kind).Cast<object>().ToList();

        string?[] names = [.. members.Select(member => (string?)method.Invoke(null, [member]))];
        Assert.Equal(names.Length, names.Distinct().Count());

        object none = Enum.ToObject(kind, 250);
        object? name = null;
        var refusal = Record.Exception(() => name = method.Invoke(null, [none]));
        if (refusal is null) Assert.Equal(none.ToString(), name);
        else Assert.True(refusal.InnerException is UnreachableException or IndexOutOfRangeException, $"{refusal}");
    }

    private static IEnumerable<MethodInfo> Methods() =>
        new[] { typeof(CalibrationMonitor).Assembly, typeof(Evaluation.Exact.TCal).Assembly, typeof(Hosting.ServiceHost).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(method => method.Name is "Name" or "Symbol" or "Heading" && method.ReturnType == typeof(string) && method.GetParameters() is [{ ParameterType.IsEnum: true }]);
}
