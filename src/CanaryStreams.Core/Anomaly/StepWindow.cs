namespace CanaryStreams.Core.Anomaly;

/// <summary>
/// A window's values as steps from each to the next in single precision: half the size, and what a value is off by is at
/// most 2⁻²⁴ of its own step, wherever the series stands and whatever else is in the window. Errors don't add up, since a
/// step is taken from what the steps before it lead to. Any cursor that adds the same steps finds the same values, to the
/// last bit.
/// </summary>
internal struct StepWindow(int capacityMax)
{
    /// <summary>How many of the newest values are at hand without walking the window.</summary>
    public const int RecentValues = 7;

    private const int FirstCapacity = 27;

    private float[] _steps = [];
    private int _next;
    private double _first;
    private double _newest;
    private double _recent;

    /// <summary>Number of values held.</summary>
    public int Count { get; private set; }

    /// <summary>The value that the window begins with.</summary>
    public double Oldest { get; private set; }

    public readonly int Capacity => _steps.Length;

    public readonly StepWindow Clone()
    {
        var clone = this;
        clone._steps = (float[])_steps.Clone();
        return clone;
    }

    /// <summary>Adds a finite value, in the place of the oldest one if there is no more room.</summary>
    public void Append(double value)
    {
        if (Count == _steps.Length && Count < capacityMax)
            Grow();
        if (Count == 0)
            _first = _newest = _recent = value;
        var step = (float)Math.Clamp(value - _newest, -float.MaxValue, float.MaxValue);
        _newest += step;
        _steps[_next] = step;
        if (++_next == _steps.Length)
            _next = 0;
        if (Count >= RecentValues)
            _recent += _steps[Slot(RecentValues)];
        if (Count < _steps.Length)
            Count++;
    }

    /// <summary>Lets the window begin with the first value ever, which must be held still.</summary>
    public void Begin() => Oldest = _first;

    /// <summary>Lets the window of a length begin one value later.</summary>
    public void Advance(int length) => Oldest += _steps[Slot(length)];

    /// <summary>The window less a base.</summary>
    /// <param name="window">As long as the window, which <see cref="Oldest"/> begins.</param>
    public readonly void CopyWindow(double @base, Span<double> window) => Copy(Oldest, @base, window);

    /// <summary>The newest values less a base.</summary>
    /// <param name="recent"><see cref="RecentValues"/>, of which there must be as many.</param>
    public readonly void CopyRecent(double @base, Span<double> recent) => Copy(_recent, @base, recent);

    private readonly void Copy(double value, double @base, Span<double> to)
    {
        to[0] = value - @base;
        var slot = Slot(to.Length);
        for (var i = 1; i < to.Length; i++)
        {
            if (++slot == _steps.Length)
                slot = 0;
            value += _steps[slot];
            to[i] = value - @base;
        }
    }

    /// <summary>Where the step to the oldest of the newest values stands.</summary>
    private readonly int Slot(int newest) => _next >= newest ? _next - newest : _next - newest + _steps.Length;

    /// <summary>Makes room for the next power of two: a young series carries no more than it can use.</summary>
    private void Grow()
    {
        const int extrapolated = SpectralResidual.ExtrapolatedPoints;
        var capacity = Count == 0 ? FirstCapacity : ((Count + extrapolated) * 2) - extrapolated;
        // Full for the first time: its oldest value stands at the start, and the next behind the newest.
        _next = Count;
        Array.Resize(ref _steps, Math.Min(capacity, capacityMax));
    }
}
