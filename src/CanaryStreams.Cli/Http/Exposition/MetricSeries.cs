namespace CanaryStreams.Cli.Http.Exposition;

/// <summary>One series: a value, or the buckets of a histogram. Its family's lock guards it.</summary>
/// <param name="bounds">Upper bounds of the buckets, rising; null for a value.</param>
internal sealed class MetricSeries(double[]? bounds)
{
    /// <summary>How many fell into each bucket alone, the last one being beyond all bounds.</summary>
    private readonly long[] _counts = new long[bounds is null ? 0 : bounds.Length + 1];

    /// <summary>The value, or the sum of what was observed.</summary>
    private double _value;

    public void Set(double value) => _value = value;

    public void Add(double value) => _value += value;

    public void Observe(double value)
    {
        // A value on a bound belongs below it.
        var at = Array.BinarySearch(bounds!, value);
        _counts[at < 0 ? ~at : at]++;
        _value += value;
    }

    public void WriteTo(ExpositionWriter writer, string name, string labels)
    {
        if (bounds is null)
        {
            writer.Sample(name, labels, _value);
            return;
        }
        var count = 0L;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            count += _counts[bucket];
            var bound = bucket < bounds.Length ? bounds[bucket] : double.PositiveInfinity;
            var le = ExpositionWriter.Label("le", ExpositionWriter.Number(bound));
            writer.Sample(name + "_bucket", labels.Length == 0 ? le : $"{labels},{le}", count);
        }
        writer.Sample(name + "_sum", labels, _value);
        writer.Sample(name + "_count", labels, count);
    }
}
