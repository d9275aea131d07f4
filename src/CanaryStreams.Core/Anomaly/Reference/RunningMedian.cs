namespace CanaryStreams.Core.Anomaly.Reference;

/// <summary>Median of the last values, and their mean.</summary>
/// <param name="length">How many values, odd.</param>
internal sealed class RunningMedian(int length)
{
    private readonly double[] _ring = new double[length];
    private readonly double[] _sorted = new double[length];
    private int _next;

    public int Count { get; private set; }

    /// <summary>0 while there is no value.</summary>
    public double Value => Count == 0 ? 0 : _sorted[Count / 2];

    /// <summary>0 while there is no value.</summary>
    public double Mean => Count == 0 ? 0 : _sorted.Take(Count).Average();

    /// <param name="value">A number; the oldest one leaves for it.</param>
    public void Add(double value)
    {
        if (Count == length)
        {
            var oldest = Array.BinarySearch(_sorted, 0, Count, _ring[_next]);
            Count--;
            Array.Copy(_sorted, oldest + 1, _sorted, oldest, Count - oldest);
        }
        var place = Array.BinarySearch(_sorted, 0, Count, value);
        if (place < 0)
            place = ~place;
        Array.Copy(_sorted, place, _sorted, place + 1, Count - place);
        _sorted[place] = value;
        Count++;
        _ring[_next] = value;
        _next = _next + 1 == length ? 0 : _next + 1;
    }
}
