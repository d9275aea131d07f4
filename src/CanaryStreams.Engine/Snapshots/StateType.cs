using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace CanaryStreams.Engine.Snapshots;

/// <summary>What the serializer knows of a type before it has seen an object of it.</summary>
internal static class StateType
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Structs of the runtime that are nothing but their fields.</summary>
    private static readonly HashSet<Type> s_transparent =
    [
        typeof(Nullable<>),
        typeof(KeyValuePair<,>),
        typeof(ImmutableArray<>),
        typeof(ValueTuple<>),
        typeof(ValueTuple<,>),
        typeof(ValueTuple<,,>),
        typeof(ValueTuple<,,,>),
        typeof(ValueTuple<,,,,>),
    ];

    /// <summary>Structs of the runtime that are bits without holes.</summary>
    private static readonly HashSet<Type> s_solid = [typeof(decimal), typeof(DateTime), typeof(TimeSpan), typeof(Guid)];

    /// <summary>Whether it is this product's, so that its private fields are its state.</summary>
    public static bool IsOwn(Type type) =>
        type.Assembly.GetName().Name?.StartsWith("CanaryStreams.", StringComparison.Ordinal) == true;

    public static string Name(Type type)
    {
        var name = type.Name.Split('`')[0];
        if (type is { IsNested: true, IsGenericType: false })
            name = $"{Name(type.DeclaringType!)}.{name}";
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }

    /// <summary>All instance fields, inherited ones first, then by name: an order that no compiler decides.</summary>
    public static FieldInfo[] Fields(Type type)
    {
        var inherited = type.BaseType is { } parent ? Fields(parent) : [];
        return [.. inherited, .. type.GetFields(Declared).OrderBy(field => field.Name, StringComparer.Ordinal)];
    }

    public static IReadOnlyCollection<Type> Transparent => s_transparent;

    public static bool IsTransparent(Type type) =>
        IsOwn(type) || (type.IsGenericType && s_transparent.Contains(type.GetGenericTypeDefinition()));

    /// <summary>Whether values are bits without holes or references, so that they can be copied as memory.</summary>
    public static bool IsSolid(Type type)
    {
        if (type.IsEnum || s_solid.Contains(type))
            return true;
        if (type.IsPrimitive)
            return type != typeof(nint) && type != typeof(nuint);
        if (!type.IsValueType || !IsOwn(type) || type.IsByRefLike || !type.IsLayoutSequential)
            return false;
        var fields = Fields(type);
        if (fields.Length == 0 || !Array.TrueForAll(fields, field => IsSolid(field.FieldType)))
            return false;
        var length = type.GetCustomAttribute<InlineArrayAttribute>()?.Length ?? 1;
        return length * fields.Sum(field => SizeOf(field.FieldType)) == SizeOf(type);
    }

    /// <summary>Why no field may be of this type; null where one may. Of what an interface hides only objects tell.</summary>
    public static string? Complaint(Type type)
    {
        if (type.IsPointer || type.IsByRefLike || type == typeof(nint) || type == typeof(nuint))
            return "an address means nothing in another process";
        if (typeof(Delegate).IsAssignableFrom(type))
            return "a delegate can't be written; hold what it needs in fields instead";
        if (type.IsArray)
            return type.GetArrayRank() == 1
                ? Complaint(type.GetElementType()!)
                : "an array of several dimensions isn't supported";
        if (type.IsValueType)
            return ComplaintOfStruct(type);
        if (type == typeof(string) || type == typeof(object) || type.IsInterface || type.IsAbstract || IsOwn(type))
            return null;
        return ObjectKinds.IsCollection(type)
            ? type.GetGenericArguments().Select(Complaint).FirstOrDefault(complaint => complaint is not null)
            : $"{Name(type)} isn't this product's, and how to write it isn't known";
    }

    private static string? ComplaintOfStruct(Type type)
    {
        if (IsSolid(type) || type == typeof(DateTimeOffset))
            return null;
        if (!IsTransparent(type) || type.IsDefined(typeof(InlineArrayAttribute)))
            return $"{Name(type)} isn't a struct whose fields are its state";
        return Fields(type)
            .Select(field => Complaint(field.FieldType))
            .FirstOrDefault(complaint => complaint is not null);
    }

    private static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;
}
