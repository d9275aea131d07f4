using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace CanaryStreams.Engine.Snapshots;

/// <summary>Reads what a <see cref="GraphWriter"/> wrote; nothing in the bytes can make more of it than they hold.</summary>
/// <param name="types">As the writer's.</param>
/// <param name="known">The same as the writer's, of this process.</param>
internal sealed class GraphReader(ReadOnlyMemory<byte> bytes, IReadOnlyList<Type> types, IReadOnlyList<object> known)
{
    private readonly List<object?> _objects = [.. known];
    private readonly List<Action> _whenComplete = [];
    private readonly ObjectKind?[] _kinds = new ObjectKind?[types.Count];
    private int _read;

    /// <summary>The graph's root, complete.</summary>
    /// <exception cref="UnusableStateException">The bytes are no such graph.</exception>
    public object? Root()
    {
        var root = Object();
        if (_read != bytes.Length)
            throw new UnusableStateException("there are bytes behind its end");
        // Inner ones are first: what is in a set is complete before the set asks it for its hash.
        foreach (var fill in _whenComplete)
            fill();
        return root;
    }

    /// <summary>Called by compiled code for each field.</summary>
    public void Field<T>(ref T value) => Codec<T>.Instance.Read(this, ref value);

    public object? Object()
    {
        var what = Number();
        switch (what)
        {
            case GraphWriter.Null:
                return null;
            case GraphWriter.New:
                RuntimeHelpers.EnsureSufficientExecutionStack();
                return KindOf(Number()).Read(this);
            case GraphWriter.NewText:
            case GraphWriter.NewWideText:
                var text = Text(isNarrow: what == GraphWriter.NewText);
                Set(Reserve(), text);
                return text;
            case GraphWriter.Static:
                var number = Reserve();
                var held = Object() is string name ? StateStatics.Find(name) : null;
                Set(number, held ?? throw new UnusableStateException("a static field is gone that it refers to"));
                return held;
            default:
                var index = what - GraphWriter.First;
                return index < (ulong)_objects.Count && _objects[(int)index] is { } known
                    ? known
                    : throw new UnusableStateException("it refers to an object that isn't there");
        }
    }

    /// <summary>The next object's number: before what the object holds is read.</summary>
    public int Reserve()
    {
        _objects.Add(null);
        return _objects.Count - 1;
    }

    public void Set(int number, object value) => _objects[number] = value;

    /// <summary>Something to be done when the whole graph has been read.</summary>
    public void WhenComplete(Action action) => _whenComplete.Add(action);

    public ulong Number()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Next(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw new UnusableStateException("a number has no end");
    }

    /// <summary>Of what takes at least one byte for each.</summary>
    public int Length()
    {
        var length = Number();
        return length <= (ulong)(bytes.Length - _read)
            ? (int)length
            : throw new UnusableStateException("it is shorter than what it holds");
    }

    public void Bytes(Span<byte> target) => Next(target.Length).CopyTo(target);

    private ReadOnlySpan<byte> Next(int length)
    {
        if (bytes.Length - _read < length)
            throw new UnusableStateException("it is shorter than what it holds");
        var next = bytes.Span.Slice(_read, length);
        _read += length;
        return next;
    }

    private string Text(bool isNarrow)
    {
        var length = Length();
        return isNarrow
            ? Encoding.ASCII.GetString(Next(length))
            : new string(MemoryMarshal.Cast<byte, char>(Next(checked(2 * length))));
    }

    private ObjectKind KindOf(ulong type)
    {
        if (type >= (ulong)_kinds.Length)
            throw new UnusableStateException("it holds an object of no class");
        return _kinds[type] ??= ObjectKinds.Of(types[(int)type]);
    }
}
