using System.Reflection;
using DriftWatch.Core.Monitoring;
using NetArchTest.Rules;
using Xunit;

namespace DriftWatch.Architecture;

/// <summary>A room is a folder and a namespace. Each uses only rooms before it in the list, so that there is no circle, and whoever changes one knows who can be touched.</summary>
public sealed class RoomTests
{
    private static readonly Assembly CoreAssembly = typeof(CalibrationMonitor).Assembly;
    private static readonly Assembly HostAssembly = typeof(Hosting.ServiceHost).Assembly;
    private static readonly Assembly EvaluationAssembly = typeof(Evaluation.Exact.TCal).Assembly;

    private static readonly string[] CoreRooms =
        ["Time", "Hashing", "State", "Series", "Calibration", "Agreement", "Comparison", "Recalibration", "Input", "Joining", "Windowing", "Serving", "Drift", "EarlyWarning", "Events", "Monitoring", "Checkpoints"];

    private static readonly string[] HostRooms = ["Options", "Alerting", "Json", "Files", "Formats", "Pipeline", "Inspection", "Kafka", "Metrics", "Web", "Replay", "Sets", "Recalibrating", "Hosting", "Demo", "Commands"];

    public static TheoryData<string, string> Rooms =>
        [.. CoreRooms.Select(room => ("DriftWatch.Core", room)), .. HostRooms.Select(room => ("DriftWatch", room))];

    [Theory, MemberData(nameof(Rooms))]
    public void A_room_uses_only_rooms_before_it(string root, string room)
    {
        string[] rooms = root == "DriftWatch.Core" ? CoreRooms : HostRooms;
        string[] later = [.. rooms.SkipWhile(each => each != room).Skip(1).Select(each => $"{root}.{each}")];
        if (later.Length == 0) return;
        AssertKept(In(root, room).ShouldNot().HaveDependencyOnAny(later));
    }

    [Fact]
    public void Every_room_is_in_the_list_and_nothing_lives_outside_of_them()
    {
        Assert.Equal(CoreRooms.Order(StringComparer.Ordinal), RoomsOf(CoreAssembly, "DriftWatch.Core"));
        Assert.Equal(HostRooms.Order(StringComparer.Ordinal), RoomsOf(HostAssembly, "DriftWatch"));
    }

    [Theory]
    [InlineData("Confluent.Kafka", "Kafka")]
    [InlineData("Prometheus", "Metrics")]
    [InlineData("YamlDotNet", "Options")]
    [InlineData("Apache.Arrow", "Files")]
    [InlineData("Parquet", "Files")]
    [InlineData("ZstdSharp", "Files")]
    [InlineData("Avro", "Formats")]
    [InlineData("Confluent.SchemaRegistry", "Formats")]
    [InlineData("Google.Protobuf", "Formats")]
    [InlineData("DriftWatch.Artefacts", "Recalibrating")]
    [InlineData("Amazon", "Recalibrating")]
    public void A_library_is_known_in_one_room_only(string library, string room) =>
        AssertKept(Types.InAssembly(HostAssembly).That().DoNotResideInNamespace($"DriftWatch.{room}").ShouldNot().HaveDependencyOn(library));

    [Fact]
    public void The_core_knows_no_library_but_the_one_for_special_functions() =>
        Assert.Equal(["MathNet.Numerics"], CoreAssembly.GetReferencedAssemblies().Select(each => each.Name!).Where(name => !name.StartsWith("System", StringComparison.Ordinal)));

    /// <summary>Ten conventions for comparing, one for watching: what a stream shows must not depend on which library somebody had in mind, nor on what measures it.</summary>
    [Fact]
    public void What_only_measures_and_compares_is_known_to_commands_and_replay_alone()
    {
        var knowing = Types.InAssembly(HostAssembly).That().HaveDependencyOn("DriftWatch.Evaluation").GetTypes().Select(type => type.Namespace).Distinct();
        Assert.Equal(["DriftWatch.Commands", "DriftWatch.Replay"], knowing.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_measures_the_core_knows_nothing_but_the_core() =>
        Assert.Equal(
            ["DriftWatch.Core", "MathNet.Numerics"],
            EvaluationAssembly.GetReferencedAssemblies().Select(each => each.Name!).Where(name => !name.StartsWith("System", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    /// <summary>A type that shares its file belongs to the one that the file is named after: its options, its kinds.</summary>
    [Theory]
    [InlineData("src/DriftWatch.Core")]
    [InlineData("src/DriftWatch.Artefacts")]
    [InlineData("src/DriftWatch.Evaluation")]
    [InlineData("src/DriftWatch")]
    public void A_file_is_named_as_a_type_in_it_and_lies_in_the_folder_of_its_namespace(string project)
    {
        string root = Path.Combine(Repository.Root, project);
        List<string> wrong = [];
        foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string text = File.ReadAllText(file), name = Path.GetFileName(file).Split('.')[0];
            string folder = Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace('/', '.');
            string space = Path.GetFileName(project) + (folder == "." ? "" : "." + folder);
            if (name != "Program" && !text.Contains($"namespace {space};", StringComparison.Ordinal)) wrong.Add($"{file}: not in {space}");
            if (name != "Program" && !System.Text.RegularExpressions.Regex.IsMatch(text, $@"(?m)^[a-z ]*\b(class|record|struct|interface|enum) {name}\b")) wrong.Add($"{file}: no type {name}");
        }

        Assert.Empty(wrong);
    }

    private static PredicateList In(string root, string room) =>
        Types.InAssembly(root == "DriftWatch.Core" ? CoreAssembly : HostAssembly).That().ResideInNamespace($"{root}.{room}");

    private static IEnumerable<string> RoomsOf(Assembly assembly, string root) => assembly.GetTypes()
        .Select(type => type.Namespace)
        .Where(space => space is not null && space.StartsWith(root + ".", StringComparison.Ordinal))
        .Select(space => space![(root.Length + 1)..].Split('.')[0])
        .Distinct()
        .Order(StringComparer.Ordinal);

    private static void AssertKept(ConditionList rule)
    {
        var result = rule.GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", (result.FailingTypes ?? []).Select(type => type.FullName)));
    }
}
