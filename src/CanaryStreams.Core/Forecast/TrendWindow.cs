namespace CanaryStreams.Core.Forecast;

/// <summary>Least-squares line through the effects of about the last quarter of an hour, with exponential forgetting.</summary>
internal sealed class TrendWindow(double bucketMinutes)
{
    private const double MemoryMinutes = 10;
    private const double LeastPoints = 6;
    private const double RisingDeviations = 2.5;
    private readonly double _keep = Math.Exp(-bucketMinutes / MemoryMinutes);
    private double _weight;
    private double _points;
    private double _time;
    private double _value;
    private double _timeTime;
    private double _timeValue;
    private double _valueValue;

    public double SlopePerMinute { get; private set; }

    /// <summary>Height of the line at the last point.</summary>
    public double Level { get; private set; }

    /// <summary>The slope is positive beyond doubt.</summary>
    public bool IsRising { get; private set; }

    public void Add(double minutes, double value)
    {
        _weight = _weight * _keep + 1;
        _points++;
        var change = minutes - _time;
        var moved = value - _value;
        _time += change / _weight;
        _value += moved / _weight;
        _timeTime = _timeTime * _keep + change * (minutes - _time);
        _timeValue = _timeValue * _keep + change * (value - _value);
        _valueValue = _valueValue * _keep + moved * (value - _value);
        if (_points < LeastPoints || _timeTime <= 0)
            return;
        SlopePerMinute = _timeValue / _timeTime;
        Level = _value + SlopePerMinute * (minutes - _time);
        var residual = Math.Max(_valueValue - SlopePerMinute * _timeValue, 0) / _weight;
        // Neighbouring buckets share noise: twice the variance of independent ones.
        var uncertainty = Math.Sqrt(2 * residual / _timeTime);
        IsRising = SlopePerMinute > RisingDeviations * uncertainty && SlopePerMinute > 1e-6;
    }
}
