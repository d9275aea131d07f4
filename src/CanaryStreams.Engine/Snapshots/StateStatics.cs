using System.Collections.Concurrent;
using System.Reflection;

namespace CanaryStreams.Engine.Snapshots;

/// <summary>
/// Objects that readonly static fields hold (a comparer, an initial value): written by the field's name and found by it
/// again, since there is one of each in a process.
/// </summary>
internal static class StateStatics
{
    private const BindingFlags Static =
        BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<Type, IReadOnlyList<(string Name, object Value)>> s_known = new();

    /// <summary>Of a class and of all that its fields may hold as far as they say.</summary>
    public static IReadOnlyList<(string Name, object Value)> Of(Type type) => s_known.GetOrAdd(type, Collect);

    /// <summary>Null where there is no such field any more.</summary>
    public static object? Find(string name)
    {
        if (
            name.Split('|') is not [var assembly, var type, var field]
            || TypeTable.OwnType(assembly, type) is not { } found
        )
            return null;
        return found.GetField(field, Static) is { IsInitOnly: true, FieldType.IsValueType: false } held
            ? held.GetValue(null)
            : null;
    }

    private static List<(string, object)> Collect(Type type)
    {
        var types = new HashSet<Type>();
        Visit(type, types);
        return
        [
            .. from visited in types
            where StateType.IsOwn(visited) && !visited.IsGenericType
            from field in visited.GetFields(Static).OrderBy(field => field.Name, StringComparer.Ordinal)
            where field.IsInitOnly && IsHeld(field.FieldType)
            let value = field.GetValue(null)
            where value is not (null or string or Delegate or Array { Length: 0 })
            select ($"{visited.Assembly.GetName().Name}|{visited.FullName}|{field.Name}", value),
        ];
    }

    private static bool IsHeld(Type type) => !type.IsValueType && type != typeof(string);

    private static void Visit(Type type, HashSet<Type> types)
    {
        if (!types.Add(type))
            return;
        if (type.IsArray)
            Visit(type.GetElementType()!, types);
        foreach (var argument in type.GetGenericArguments())
            Visit(argument, types);
        if (!StateType.IsOwn(type))
            return;
        foreach (var field in StateType.Fields(type))
            Visit(field.FieldType, types);
    }
}
