namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>How long the series has stood at one value, in octaves: a stuck sensor. Never negative.</summary>
internal sealed class RunMember : IScoreMember
{
    private const double PerOctave = 2;

    private double _before = double.NaN;
    private int _equal;

    public double Observe(long timeMs, double value)
    {
        _equal = value.Equals(_before) ? _equal + 1 : 0;
        _before = value;
        return PerOctave * Math.Log2(1 + _equal);
    }

    public IScoreMember Clone() => (IScoreMember)MemberwiseClone();
}
