namespace CanaryStreams.Core.Evidence;

/// <summary>
/// The onsets under consideration, one slot each, with running sums of y at their start so that level and trend since
/// then cost nothing to tell. Bounded: when all slots are taken, the onset with the least mass is forgotten, which can
/// only lower the evidence.
/// </summary>
internal sealed class LevelOnsets
{
    public const int Slots = 48;

    private readonly Sums[] _before = new Sums[Slots];
    private Sums _now;

    public int Count { get; private set; }

    /// <summary>Bucket in which each slot's fault begins.</summary>
    public long[] Bucket { get; } = new long[Slots];

    /// <summary>ln of each slot's prior weight.</summary>
    public double[] LogPrior { get; } = new double[Slots];

    /// <summary>Opens an onset at this bucket, before <see cref="Add"/> of its y.</summary>
    /// <param name="weakest">Slot to give up where all are taken.</param>
    /// <returns>Its slot.</returns>
    public int Open(long bucket, double prior, int weakest)
    {
        var slot = Count < Slots ? Count++ : weakest;
        Bucket[slot] = bucket;
        LogPrior[slot] = Math.Log(prior);
        _before[slot] = _now;
        return slot;
    }

    public void Add(double minutes, double y, double samplingVariance) =>
        _now = new Sums(
            _now.Count + 1,
            _now.Y + y,
            _now.Time + minutes,
            _now.TimeY + minutes * y,
            _now.TimeTime + minutes * minutes,
            _now.Sampling + samplingVariance
        );

    public LevelSince Since(int slot, double minutes)
    {
        var from = _before[slot];
        var n = _now.Count - from.Count;
        var y = _now.Y - from.Y;
        var time = _now.Time - from.Time;
        var spread = _now.TimeTime - from.TimeTime - time * time / n;
        var slope = n < 3 || spread <= 0 ? 0 : (_now.TimeY - from.TimeY - time * y / n) / spread;
        var mean = y / n;
        return new LevelSince(n, mean, slope, mean + slope * (minutes - time / n), (_now.Sampling - from.Sampling) / n);
    }

    private readonly record struct Sums(
        int Count,
        double Y,
        double Time,
        double TimeY,
        double TimeTime,
        double Sampling
    );
}

/// <summary>Level and least-squares trend of y since an onset.</summary>
/// <param name="SlopePerMinute">0 below three buckets.</param>
/// <param name="End">The trend line's height now.</param>
internal readonly record struct LevelSince(
    int Buckets,
    double Mean,
    double SlopePerMinute,
    double End,
    double SamplingVariance
);
