using System.IO.Compression;

namespace CanaryStreams.Cli.Score;

/// <summary>Reads a file line by line as bytes: plain or gzip, told apart by its first two bytes.</summary>
internal sealed class CsvLines : IDisposable
{
    private const int BufferBytes = 1 << 17;

    /// <summary>No line of a series of numbers is longer: what is, isn't one.</summary>
    private const int LineBytesMax = 1 << 20;

    private readonly Stream _source;
    private readonly Stream _content;
    private byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;
    private bool _ended;

    public CsvLines(string name, Stream source)
    {
        Name = name;
        _source = source;
        var peeked = new byte[2];
        var count = source.ReadAtLeast(peeked, 2, throwOnEndOfStream: false);
        var whole = new PrefixedStream(peeked.AsMemory(0, count), source);
        var isGzip = count == 2 && peeked[0] == 0x1F && peeked[1] == 0x8B;
        _content = isGzip ? new GZipStream(whole, CompressionMode.Decompress) : whole;
    }

    /// <exception cref="InputException">There is no such file, or it can't be read.</exception>
    public static CsvLines Open(string path) => new(path, InputFile.Open(path));

    public string Name { get; }

    /// <summary>Number of the line last read, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Bytes taken from the source so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The next line without its ending, valid until the next call; false at the end.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length < 0 && !_ended)
            {
                Fill();
                continue;
            }
            if (length < 0)
                length = _end - _start;
            if (_start == _end)
            {
                line = default;
                return false;
            }
            line = _buffer.AsSpan(_start, length).TrimEnd((byte)'\r');
            _start = Math.Min(_start + length + 1, _end);
            if (Number++ == 0 && line.StartsWith("\uFEFF"u8))
                line = line[3..];
            return true;
        }
    }

    public InputException Error(string reason) => new(Name, Number, reason);

    public void Dispose()
    {
        _content.Dispose();
        _source.Dispose();
    }

    private void Fill()
    {
        var kept = _end - _start;
        if (kept > LineBytesMax)
            throw new InputException(Name, Number + 1, $"the line is longer than {LineBytesMax} bytes");
        if (kept > _buffer.Length / 2)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        _buffer.AsSpan(_start, kept).CopyTo(_buffer);
        (_start, _end) = (0, kept);
        try
        {
            var read = _content.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            _ended = read == 0;
        }
        catch (InvalidDataException e)
        {
            throw new InputException(Name, Number + 1, $"not readable as gzip: {e.Message}");
        }
        if (_source.CanSeek)
            BytesRead = _source.Position;
    }

    /// <summary>A stream with the bytes that were read ahead put back in front.</summary>
    private sealed class PrefixedStream(ReadOnlyMemory<byte> prefix, Stream rest) : Stream
    {
        private ReadOnlyMemory<byte> _prefix = prefix;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_prefix.IsEmpty)
                return rest.Read(buffer, offset, count);
            var taken = Math.Min(count, _prefix.Length);
            _prefix[..taken].CopyTo(buffer.AsMemory(offset));
            _prefix = _prefix[taken..];
            return taken;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
