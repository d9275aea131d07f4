using System.Runtime.InteropServices;

namespace CanaryStreams.Engine.Snapshots;

/// <summary>Writes and reads values of one type where they are: a field, an element.</summary>
internal abstract class Codec<T>
{
    public static Codec<T> Instance { get; } = Create();

    public abstract void Write(GraphWriter writer, ref T value);

    public abstract void Read(GraphReader reader, ref T value);

    public virtual void WriteAll(GraphWriter writer, Span<T> values)
    {
        foreach (ref var value in values)
            Write(writer, ref value);
    }

    public virtual void ReadAll(GraphReader reader, Span<T> values)
    {
        foreach (ref var value in values)
            Read(reader, ref value);
    }

    private static Codec<T> Create()
    {
        var type = typeof(T);
        var codec =
            !type.IsValueType ? typeof(ReferenceCodec<>)
            : StateType.IsSolid(type) ? typeof(SolidCodec<>)
            : typeof(StructCodec<>);
        return type == typeof(DateTimeOffset)
            ? (Codec<T>)(object)new DateTimeOffsetCodec()
            : (Codec<T>)Activator.CreateInstance(codec.MakeGenericType(type))!;
    }
}

/// <summary>Bits without holes.</summary>
internal sealed class SolidCodec<T> : Codec<T>
    where T : struct
{
    public override void Write(GraphWriter writer, ref T value) =>
        writer.Bytes(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref value, 1)));

    public override void Read(GraphReader reader, ref T value) =>
        reader.Bytes(MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref value, 1)));

    public override void WriteAll(GraphWriter writer, Span<T> values) => writer.Bytes(MemoryMarshal.AsBytes(values));

    public override void ReadAll(GraphReader reader, Span<T> values) => reader.Bytes(MemoryMarshal.AsBytes(values));
}

/// <summary>A struct that holds references or has holes, field by field.</summary>
internal sealed class StructCodec<T> : Codec<T>
{
    private readonly FieldWalk.OfStruct<T, GraphWriter> _write = FieldWalk.Struct<T, GraphWriter>();
    private readonly FieldWalk.OfStruct<T, GraphReader> _read = FieldWalk.Struct<T, GraphReader>();

    public override void Write(GraphWriter writer, ref T value) => _write(ref value, writer);

    public override void Read(GraphReader reader, ref T value) => _read(ref value, reader);
}

internal sealed class ReferenceCodec<T> : Codec<T>
    where T : class
{
    public override void Write(GraphWriter writer, ref T value) => writer.Object(value);

    public override void Read(GraphReader reader, ref T value) =>
        value = reader.Object() switch
        {
            null => null!,
            T read => read,
            var other => throw new UnusableStateException(
                $"a {StateType.Name(other.GetType())} stands where a {StateType.Name(typeof(T))} belongs"
            ),
        };
}

internal sealed class DateTimeOffsetCodec : Codec<DateTimeOffset>
{
    public override void Write(GraphWriter writer, ref DateTimeOffset value)
    {
        writer.Number((ulong)value.Ticks);
        writer.Number((ulong)(value.TotalOffsetMinutes + OffsetMinutesMax));
    }

    public override void Read(GraphReader reader, ref DateTimeOffset value)
    {
        var (ticks, minutes) = ((long)reader.Number(), (long)reader.Number() - OffsetMinutesMax);
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks || Math.Abs(minutes) > OffsetMinutesMax)
            throw new UnusableStateException("a time is out of its range");
        value = new DateTimeOffset(ticks, TimeSpan.FromMinutes(minutes));
    }

    private const int OffsetMinutesMax = 14 * 60;
}
