using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace CanaryStreams.Engine.Snapshots;

/// <summary>A class of this product: its fields.</summary>
internal sealed class ClassKind(Type type) : ObjectKind
{
    private readonly Action<object, GraphWriter> _write = FieldWalk.Class<GraphWriter>(type);
    private readonly Action<object, GraphReader> _read = FieldWalk.Class<GraphReader>(type);

    public override void Write(GraphWriter writer, object value) => _write(value, writer);

    public override object Read(GraphReader reader)
    {
        var value = RuntimeHelpers.GetUninitializedObject(type);
        reader.Set(reader.Reserve(), value);
        _read(value, reader);
        return value;
    }
}

/// <summary>An array of one dimension.</summary>
internal sealed class ArrayKind<T> : ObjectKind
{
    /// <summary>Empty ones are alike, and often one and the same object of the whole process.</summary>
    public override bool HasIdentity(object value) => ((T[])value).Length > 0;

    public override void Write(GraphWriter writer, object value)
    {
        var values = (T[])value;
        writer.Number((ulong)values.Length);
        Codec<T>.Instance.WriteAll(writer, values);
    }

    public override object Read(GraphReader reader)
    {
        var length = reader.Length();
        if (length == 0)
            return Array.Empty<T>();
        var values = new T[length];
        reader.Set(reader.Reserve(), values);
        Codec<T>.Instance.ReadAll(reader, values);
        return values;
    }
}

/// <summary>Finds out how objects of a class are written.</summary>
internal static class ObjectKinds
{
    private static readonly ConcurrentDictionary<Type, ObjectKind> s_kinds = new();

    /// <exception cref="StateNotSupportedException">They can't be.</exception>
    public static ObjectKind Of(Type type) => s_kinds.GetOrAdd(type, Create);

    /// <summary>Whether objects of it are written by their content.</summary>
    public static bool IsCollection(Type type) =>
        type.IsGenericType && CollectionKinds.All.ContainsKey(type.GetGenericTypeDefinition());

    private static ObjectKind Create(Type type)
    {
        if (StateType.Complaint(type) is { } complaint)
            throw new StateNotSupportedException("", complaint);
        if (type.IsArray)
            return (ObjectKind)Activator.CreateInstance(typeof(ArrayKind<>).MakeGenericType(type.GetElementType()!))!;
        if (IsCollection(type))
            return CollectionKinds.Create(type);
        if (type.IsValueType)
            throw new StateNotSupportedException("", $"a boxed {StateType.Name(type)} isn't supported");
        if (!StateType.IsOwn(type))
            throw new StateNotSupportedException(
                "",
                $"{StateType.Name(type)} isn't this product's, and how to write it isn't known"
            );
        foreach (var field in StateType.Fields(type))
        {
            if (StateType.Complaint(field.FieldType) is { } reason)
                throw new StateNotSupportedException(StateNotSupportedException.NameOf(field), reason);
        }
        return new ClassKind(type);
    }
}
