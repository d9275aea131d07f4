using System.Reflection.Emit;

namespace CanaryStreams.Engine.Snapshots;

/// <summary>
/// Compiles, for a type, the calls of <c>visitor.Field(ref field)</c> for each of its fields, private and readonly ones
/// too: what reflection would do a hundred times slower. Compiled once per type and process.
/// </summary>
internal static class FieldWalk
{
    public delegate void OfStruct<T, in TVisitor>(ref T value, TVisitor visitor);

    public static OfStruct<T, TVisitor> Struct<T, TVisitor>() =>
        Compile<TVisitor>(typeof(T), typeof(T).MakeByRefType()).CreateDelegate<OfStruct<T, TVisitor>>();

    public static Action<object, TVisitor> Class<TVisitor>(Type type) =>
        Compile<TVisitor>(type, typeof(object)).CreateDelegate<Action<object, TVisitor>>();

    private static DynamicMethod Compile<TVisitor>(Type type, Type argument)
    {
        var visit = typeof(TVisitor).GetMethod(nameof(GraphWriter.Field))!;
        var method = new DynamicMethod(
            $"{typeof(TVisitor).Name} of {type.Name}",
            typeof(void),
            [argument, typeof(TVisitor)],
            typeof(FieldWalk).Module,
            skipVisibility: true
        );
        var code = method.GetILGenerator();
        foreach (var field in StateType.Fields(type))
        {
            code.Emit(OpCodes.Ldarg_1);
            code.Emit(OpCodes.Ldarg_0);
            if (!type.IsValueType)
                code.Emit(OpCodes.Castclass, field.DeclaringType!);
            code.Emit(OpCodes.Ldflda, field);
            code.Emit(OpCodes.Call, visit.MakeGenericMethod(field.FieldType));
        }
        code.Emit(OpCodes.Ret);
        return method;
    }
}
