using System.Globalization;
using CanaryStreams.Core.Anomaly;
using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Cli.Score;

/// <summary>Writes scored rows as CSV, the input's own fields as they came.</summary>
/// <param name="withBand">Whether the band and how far it can be trusted follow in columns of their own.</param>
internal sealed class ScoreWriter(Stream output, bool withBand)
{
    private const int RowTailBytesMax = 192;

    private byte[] _buffer = new byte[1 << 16];
    private int _used;

    public void WriteHeader()
    {
        Append("series_id,timestamp,value,score,is_anomaly,onset,expected"u8);
        Append(withBand ? ",lower,upper,quality\n"u8 : "\n"u8);
    }

    public void Write(ScoreBlock block)
    {
        for (var row = 0; row < block.Count; row++)
        {
            Append(block.Text(row));
            Append(block.Points[row], double.IsNaN(block.Rows[row].Value));
        }
    }

    public void Flush()
    {
        output.Write(_buffer, 0, _used);
        _used = 0;
        output.Flush();
    }

    private void Append(in ScoredPoint point, bool isMissing)
    {
        Reserve(RowTailBytesMax);
        AppendNumber(point.Score, "0.######");
        Append(point.IsAnomaly ? ",1"u8 : ",0"u8);
        AppendNumber(point.Onset, "0.######");
        // Before a series' first value nothing is expected: an empty field.
        AppendNumber(point.Expected, "G7");
        if (withBand)
        {
            AppendNumber(point.Lower, "G7");
            AppendNumber(point.Upper, "G7");
            Append(Quality(point.Quality, isMissing));
        }
        Append("\n"u8);
    }

    // The words of canary.signals; a file that is read whole holds nothing stale.
    private static ReadOnlySpan<byte> Quality(ProfileQuality quality, bool isMissing) =>
        isMissing ? ",missing"u8
        : quality == ProfileQuality.Young ? ",sparse"u8
        : ",ok"u8;

    private void AppendNumber(double value, string format)
    {
        _buffer[_used++] = (byte)',';
        if (double.IsNaN(value))
            return;
        value.TryFormat(_buffer.AsSpan(_used), out var written, format, CultureInfo.InvariantCulture);
        _used += written;
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        Reserve(text.Length);
        text.CopyTo(_buffer.AsSpan(_used));
        _used += text.Length;
    }

    private void Reserve(int bytes)
    {
        if (_used + bytes <= _buffer.Length)
            return;
        output.Write(_buffer, 0, _used);
        _used = 0;
        if (bytes > _buffer.Length)
            _buffer = new byte[bytes];
    }
}
