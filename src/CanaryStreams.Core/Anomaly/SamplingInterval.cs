namespace CanaryStreams.Core.Anomaly;

/// <summary>
/// The usual step between a series' points: the median of its first ones. A gap, a doubled or a late point in between
/// doesn't move it.
/// </summary>
internal struct SamplingInterval
{
    private const int StepsNeeded = 15;

    private StepBuffer _steps;
    private int _count;
    private long _lastMs;

    /// <summary>Milliseconds; 0 until it is known.</summary>
    public long Ms { get; private set; }

    public void Observe(long timeMs)
    {
        if (_count < StepsNeeded)
            Learn(timeMs);
    }

    private void Learn(long timeMs)
    {
        var step = timeMs - _lastMs;
        if (_lastMs != 0 && step > 0)
        {
            // Kept sorted by insertion.
            var i = _count++;
            for (; i > 0 && _steps[i - 1] > step; i--)
                _steps[i] = _steps[i - 1];
            _steps[i] = step;
            if (_count == StepsNeeded)
                Ms = _steps[StepsNeeded / 2];
        }
        _lastMs = timeMs;
    }

    [System.Runtime.CompilerServices.InlineArray(StepsNeeded)]
    private struct StepBuffer
    {
        private long _first;
    }
}
