using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace DriftWatch.StandIns;

/// <summary>What an assembly offers to others, one line a type, interface or member, so that two of them can be compared.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext _nullability = new();

    public static IReadOnlyList<string> Of(Assembly assembly) =>
        [.. assembly.GetExportedTypes().SelectMany(Lines).Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Lines(Type type)
    {
        var name = Name(type);
        yield return $"{name}: {Kind(type)}{(type.BaseType is { } parent ? $" {Name(parent)}" : "")}";
        foreach (var contract in type.GetInterfaces().Where(contract => !type.IsEnum && contract.IsPublic))
        {
            yield return $"{name}: is {Name(contract)}";
        }

        foreach (var member in type.GetMembers(Declared).Where(member => member is not Type))
        {
            if (Describe(member) is { } line)
            {
                yield return $"{name}: {line}";
            }
        }
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string? Describe(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        MethodInfo { IsSpecialName: true } => null,
        MethodInfo method => $"{Static(method)}{Returned(method)} {method.Name}{Generic(method)}({Parameters(method)})",
        PropertyInfo property => $"{Static(property.GetAccessors()[0])}{Name(property.PropertyType)}{Null(_nullability.Create(property))} {property.Name} {{{Accessors(property)} }}",
        FieldInfo { IsLiteral: true } constant => $"const {constant.Name} = {Constant(constant.GetRawConstantValue())}",
        FieldInfo { IsSpecialName: true } => null,
        FieldInfo field => $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{Name(field.FieldType)} {field.Name}",
        _ => null,
    };

    private static string Static(MethodInfo method) => method.IsStatic ? "static " : "";

    private static string Returned(MethodInfo method) => Name(method.ReturnType) + Null(_nullability.Create(method.ReturnParameter));

    private static string Generic(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";

    private static string Accessors(PropertyInfo property) =>
        string.Concat(property.GetAccessors().Select(accessor => accessor.ReturnType == typeof(void) ? " set;" : " get;").Order());

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select((parameter, position) =>
    {
        var extends = position == 0 && method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        var many = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        var type = parameter.ParameterType.IsByRef ? (parameter.IsIn ? "in " : "ref ") + Name(parameter.ParameterType.GetElementType()!) : Name(parameter.ParameterType);
        var standard = parameter.HasDefaultValue ? $" = {Constant(parameter.RawDefaultValue)}" : "";
        return $"{extends}{many}{type}{Null(_nullability.Create(parameter))} {parameter.Name}{standard}";
    }));

    private static string Null(NullabilityInfo info) =>
        info is { Type.IsValueType: false, Type.IsByRef: false } && (info.ReadState == NullabilityState.Nullable || info.WriteState == NullabilityState.Nullable) ? "?" : "";

    private static string Constant(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Name(Type type)
    {
        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        var name = type.IsNested ? $"{Name(type.DeclaringType!)}.{type.Name}" : type.Namespace == "Prometheus" ? type.Name : type.FullName ?? $"{type.Namespace}.{type.Name}";
        var tick = name.IndexOf('`');
        return tick < 0 ? name : $"{name[..tick]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
