using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace CanaryStreams.Engine.Snapshots;

/// <summary>
/// Writes a graph of objects: each once, where it is met first, later by its number, so that what was shared stays shared
/// and a cycle ends. Numbers count objects and strings in the order in which they are met. What is written is given away in
/// pieces.
/// </summary>
internal sealed class GraphWriter : IDisposable
{
    /// <summary>What is written in the place of an object; from <see cref="First"/> on it is a number.</summary>
    public const ulong Null = 0;
    public const ulong New = 1;
    public const ulong NewText = 2;
    public const ulong NewWideText = 3;
    public const ulong Static = 4;
    public const ulong First = 5;

    private readonly Dictionary<object, int> _numbers;
    private readonly Dictionary<object, string> _statics = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, int> _texts = [];
    private readonly Dictionary<Type, (int Number, ObjectKind Kind)> _kinds = [];
    private readonly List<Type> _types = [];
    private readonly Piece _take;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(StatePacker.PieceBytes);
    private readonly bool _namesStatics;
    private int _used;
    private int _next;

    /// <summary>Takes bytes that are valid during the call only.</summary>
    public delegate void Piece(ReadOnlySpan<byte> bytes);

    /// <param name="known">Objects that both sides have; they get the first numbers.</param>
    /// <param name="namesStatics">False where what static fields hold is written like all else, by its content.</param>
    /// <param name="take">Gets what is written, in order.</param>
    /// <param name="objectsExpected">How many there are, as far as that is known.</param>
    public GraphWriter(IReadOnlyList<object> known, bool namesStatics, Piece take, int objectsExpected = 0)
    {
        _numbers = new Dictionary<object, int>(objectsExpected, ReferenceEqualityComparer.Instance);
        (_namesStatics, _take) = (namesStatics, take);
        foreach (var value in known)
            _numbers.Add(value, _next++);
    }

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Objects with a number.</summary>
    public int Objects => _numbers.Count;

    /// <summary>Classes of the objects written, in the order in which they were met.</summary>
    public IReadOnlyList<Type> Types => _types;

    /// <summary>All that has a number and identity, by number; strings are left out.</summary>
    public IEnumerable<object> Numbered => _numbers.OrderBy(entry => entry.Value).Select(entry => entry.Key);

    /// <summary>Called by compiled code for each field.</summary>
    public void Field<T>(ref T value)
    {
        if (typeof(T).IsValueType)
            Codec<T>.Instance.Write(this, ref value);
        else
            Object(value);
    }

    public void Object(object? value)
    {
        if (value is null)
            Number(Null);
        else if (value is string text)
            Text(text);
        else if (_numbers.TryGetValue(value, out var number))
            Number(First + (ulong)number);
        else
            NewObject(value);
    }

    /// <summary>Seven bits a byte, the lowest first.</summary>
    public void Number(ulong value)
    {
        Reserve(10);
        while (value >= 0x80)
        {
            _buffer[_used++] = (byte)(value | 0x80);
            value >>= 7;
        }
        _buffer[_used++] = (byte)value;
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > _buffer.Length - _used)
        {
            var fitting = bytes[..(_buffer.Length - _used)];
            fitting.CopyTo(_buffer.AsSpan(_used));
            _used += fitting.Length;
            bytes = bytes[fitting.Length..];
            Flush();
        }
        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }

    /// <summary>Gives away what isn't given yet.</summary>
    public void Flush()
    {
        if (Length > Array.MaxLength - _used)
            throw new StateNotSupportedException("", $"it takes more than {Array.MaxLength} bytes");
        Length += _used;
        _take(_buffer.AsSpan(0, _used));
        _used = 0;
    }

    private void NewObject(object value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var type = value.GetType();
        var isMet = _kinds.TryGetValue(type, out var kind);
        if (!isMet)
            Learn(StateStatics.Of(type));
        if (_statics.TryGetValue(value, out var name))
        {
            _numbers.Add(value, _next++);
            Number(Static);
            Object(name);
            return;
        }
        try
        {
            if (!isMet)
                kind = Meet(type);
            Number(New);
            Number((ulong)kind.Number);
            if (kind.Kind.HasIdentity(value))
                _numbers.Add(value, _next++);
            kind.Kind.Write(this, value);
        }
        catch (StateNotSupportedException e)
        {
            throw e.Within(value);
        }
    }

    private (int Number, ObjectKind Kind) Meet(Type type)
    {
        var kind = (_types.Count, ObjectKinds.Of(type));
        _kinds.Add(type, kind);
        _types.Add(type);
        return kind;
    }

    private void Learn(IReadOnlyList<(string Name, object Value)> statics)
    {
        if (!_namesStatics)
            return;
        foreach (var (name, value) in statics)
            _statics.TryAdd(value, name);
    }

    private void Text(string text)
    {
        if (_texts.TryGetValue(text, out var number))
        {
            Number(First + (ulong)number);
            return;
        }
        _texts.Add(text, _next++);
        var isNarrow = Ascii.IsValid(text);
        Number(isNarrow ? NewText : NewWideText);
        Number((ulong)text.Length);
        if (!isNarrow)
            Bytes(MemoryMarshal.AsBytes(text.AsSpan()));
        else if (text.Length > _buffer.Length)
            Bytes(Encoding.ASCII.GetBytes(text));
        else
        {
            Reserve(text.Length);
            _used += Encoding.ASCII.GetBytes(text, _buffer.AsSpan(_used));
        }
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _used < bytes)
            Flush();
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
