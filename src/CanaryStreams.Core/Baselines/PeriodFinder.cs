namespace CanaryStreams.Core.Baselines;

/// <summary>
/// Looks for periods in a ring of 256 cells of one byte. The ring is filled at the series' own interval, searched, halved
/// by joining neighbours, filled on at twice the interval, and so on until it spans days; then it starts again. So short
/// periods and long ones have their turn, at a bounded cost. What it names are candidates only: whether one helps is found
/// out of sample.
/// </summary>
internal sealed class PeriodFinder
{
    private const int Cells = 256;
    private const double UnitsPerDeviation = 16;
    private const sbyte Missing = sbyte.MinValue;

    private sbyte[] _cells = new sbyte[Cells];
    private double _middle;
    private float _unit;
    private float _sum;
    private long _cellMs;
    private long _first;
    private int _last = -1;
    private int _count;

    /// <summary>Object of its fields, array with its header and length, and the cells.</summary>
    public static int StateBytes => 64 + 24 + Cells;

    public PeriodFinder Clone()
    {
        var clone = (PeriodFinder)MemberwiseClone();
        clone._cells = (sbyte[])_cells.Clone();
        return clone;
    }

    /// <summary>Begins anew: the series' level or what has been taken from it has changed.</summary>
    public void Restart() => _cellMs = 0;

    /// <summary>Takes a bucket.</summary>
    /// <returns>A candidate period in milliseconds when the ring was full and holds one; 0 otherwise.</returns>
    public double Add(long timeMs, double value, double deviation, double stepMs)
    {
        if (_cellMs == 0)
            Start(timeMs, value, deviation, stepMs);
        var cell = (timeMs / _cellMs) - _first;
        var period = 0.0;
        if (cell != _last)
        {
            FinishCell();
            if (cell >= Cells)
            {
                // What lies behind the last cell is of an earlier round.
                _cells.AsSpan(Math.Min(_last + 1, Cells)).Fill(Missing);
                period = PeriodSearch.Find(_cells, _cellMs, stepMs);
                Widen();
                cell = _cellMs == 0 ? Cells : (timeMs / _cellMs) - _first;
            }
            // So long a gap leaves too little to compare.
            if (cell >= Cells || cell < _last || cell - _last > Cells / 2)
            {
                Start(timeMs, value, deviation, stepMs);
                cell = 0;
            }
            for (var skipped = _last + 1; skipped < cell; skipped++)
                _cells[skipped] = Missing;
            _last = (int)cell;
        }
        _sum += (float)Math.Clamp((value - _middle) / _unit, -sbyte.MaxValue, sbyte.MaxValue);
        _count++;
        return period;
    }

    private void Start(long timeMs, double level, double deviation, double stepMs)
    {
        _cellMs = Math.Max(1, (long)Math.Round(stepMs));
        _first = timeMs / _cellMs;
        (_last, _sum, _count) = (0, 0, 0);
        (_middle, _unit) = (level, Math.Max((float)(deviation / UnitsPerDeviation), float.Epsilon));
    }

    private void FinishCell()
    {
        if (_last is >= 0 and < Cells)
            _cells[_last] = _count == 0 ? Missing : (sbyte)Math.Round(_sum / _count);
        (_sum, _count) = (0, 0);
    }

    /// <summary>Joins neighbours, so that the older half of a wider ring is filled; starts again where that spans enough.</summary>
    private void Widen()
    {
        if (_cellMs * PeriodSearch.LongestLag >= PeriodSearch.LongestMs)
        {
            _cellMs = 0;
            return;
        }
        var first = _first >> 1;
        var last = (_first + Cells - 1) >> 1;
        for (var cell = first; cell <= last; cell++)
        {
            var earlier = Cell((2 * cell) - _first);
            var later = Cell((2 * cell) + 1 - _first);
            _cells[cell - first] =
                earlier == Missing ? later
                : later == Missing ? earlier
                : (sbyte)((earlier + later) / 2);
        }
        (_first, _last, _cellMs) = (first, (int)(last - first), 2 * _cellMs);
    }

    private sbyte Cell(long index) => index is >= 0 and < Cells ? _cells[index] : Missing;
}
