using CanaryStreams.Core.Anomaly;

namespace CanaryStreams.Cli.Score;

/// <summary>
/// Some thousand consecutive rows on their way through the program: filled by the reader, scored by every worker whose
/// series are in it, written when all of them have finished.
/// </summary>
internal sealed class ScoreBlock
{
    public const int RowsMax = 8192;

    private readonly ScoreRow[] _rows = new ScoreRow[RowsMax];
    private readonly ScoredPoint[] _points = new ScoredPoint[RowsMax];
    private byte[] _text = new byte[RowsMax * 48];
    private int _textBytes;
    private int _unfinished;

    public int Count { get; private set; }

    public bool IsFull => Count == RowsMax;

    /// <summary>Completes when every worker has finished.</summary>
    public TaskCompletionSource Finished { get; private set; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ReadOnlySpan<ScoreRow> Rows => _rows.AsSpan(0, Count);

    public Span<ScoredPoint> Points => _points.AsSpan(0, Count);

    public void Reset(int workers)
    {
        (Count, _textBytes, _unfinished) = (0, 0, workers);
        Finished = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <param name="text">Series, timestamp and value as they came, with the commas between: what is echoed.</param>
    public void Add(int series, int worker, long timeMs, double value, ReadOnlySpan<byte> text)
    {
        if (_textBytes + text.Length > _text.Length)
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _textBytes + text.Length));
        text.CopyTo(_text.AsSpan(_textBytes));
        _textBytes += text.Length;
        _rows[Count++] = new ScoreRow(series, worker, timeMs, value, _textBytes);
    }

    public ReadOnlySpan<byte> Text(int row)
    {
        var start = row == 0 ? 0 : _rows[row - 1].TextEnd;
        return _text.AsSpan(start, _rows[row].TextEnd - start);
    }

    public void WorkerFinished()
    {
        if (Interlocked.Decrement(ref _unfinished) == 0)
            Finished.SetResult();
    }
}

/// <param name="Worker">The worker that owns the series.</param>
/// <param name="TextEnd">Where the row's text ends in its block.</param>
internal readonly record struct ScoreRow(int Series, int Worker, long TimeMs, double Value, int TextEnd);
