using System.Buffers;
using System.Numerics;

namespace CanaryStreams.Core.Anomaly;

/// <summary>
/// The spectral residual (<see cref="SpectralResidual"/>, the slow and obvious form of it) of a series' last points, as they
/// come. Until there are enough for the longest window the longest power of two that there are points for is used.
/// </summary>
/// <remarks>
/// Not thread-safe. Allocates while its window grows, never per point.
/// <para>
/// Short windows are transformed anew for each point. The spectrum of a long one slides: leaving and entering point are
/// taken off and added in every bin. Rounding makes that drift, by about 1e-16 of the largest spectrum since it was last
/// computed anew; so it is computed anew after every N points, and whenever the window's energy has fallen by 2³⁰: what a
/// spike left behind when it left the window would else be whitened into a signal. Over 100 000 points scores are within
/// 1e-8 of those computed anew, within 1e-7 with level changes of a million times the noise in the window.
/// </para>
/// </remarks>
public sealed class SlidingSpectrum
{
    private const double MagnitudeMax = 1e150;
    private const double AverageMin = 1e-12;
    private const double EnergyFall = 1.0 / (1 << 30);

    private StepWindow _window;
    private int _length;

    // Of long windows, in the rows of the plan, of the values less the base; the extrapolated samples are 0.
    private double[] _running = [];
    private double _base;
    private double _energy;
    private double _energyMost;
    private int _untilAnew;

    private float[] _saliency = [];

    /// <param name="transformLengthMax">
    /// A power of two in 16..4096; the window is shorter by <see cref="SpectralResidual.ExtrapolatedPoints"/>.
    /// </param>
    public SlidingSpectrum(int transformLengthMax)
    {
        if (
            !BitOperations.IsPow2(transformLengthMax)
            || transformLengthMax is < SpectrumPlan.LengthMin or > SpectrumPlan.LengthMax
        )
            throw new ArgumentOutOfRangeException(
                nameof(transformLengthMax),
                transformLengthMax,
                "must be a power of two in 16..4096"
            );
        _window = new StepWindow(transformLengthMax - SpectralResidual.ExtrapolatedPoints);
    }

    private SlidingSpectrum(SlidingSpectrum other)
    {
        _window = other._window.Clone();
        _length = other._length;
        _running = Copy(other._running);
        (_base, _energy, _energyMost, _untilAnew) = (other._base, other._energy, other._energyMost, other._untilAnew);
        _saliency = Copy(other._saliency);

        static T[] Copy<T>(T[] values) => values.Length == 0 ? [] : (T[])values.Clone();
    }

    /// <summary>
    /// Saliency of the newest points, ending with the newest, each as seen by the newest window: 32 of them, fewer while
    /// the window is shorter, none while there is no window. Valid until the next point.
    /// </summary>
    public ReadOnlySpan<float> Saliency =>
        _saliency.AsSpan(_saliency.Length - Math.Min(_saliency.Length, WindowLength));

    /// <summary>Bytes of this object and the arrays it holds, headers included, on a 64-bit machine.</summary>
    internal int StateBytes =>
        120 + ArrayBytes(_window.Capacity, 4) + ArrayBytes(_running.Length, 8) + ArrayBytes(_saliency.Length, 4);

    private int WindowLength => Math.Max(0, _length - SpectralResidual.ExtrapolatedPoints);

    public SlidingSpectrum Clone() => new(this);

    /// <summary>Takes the next point into the window and scores it.</summary>
    /// <param name="value">Finite; beyond ±1e150 it is taken for that.</param>
    /// <returns>
    /// (S − S̄)/S̄ of the point, as <see cref="SpectralResidual.Score"/> of the window; ≥ −1; 0 where the window has no
    /// variation or is too short.
    /// </returns>
    public double Observe(double value)
    {
        var leaving = _window.Oldest;
        _window.Append(Math.Clamp(value, -MagnitudeMax, MagnitudeMax));
        if (_window.Count < SpectralResidual.WindowLengthMin)
            return 0;
        var length = 1 << BitOperations.Log2((uint)(_window.Count + SpectralResidual.ExtrapolatedPoints));
        var plan = SpectrumPlan.ForLength(length);
        var grows = length != _length;
        if (grows)
            Begin(plan);
        else
            _window.Advance(WindowLength);

        var rented = ArrayPool<double>.Shared.Rent(SpectrumScratch.Size(plan));
        var scratch = new SpectrumScratch(plan, rented);
        var strongest =
            length <= SpectrumPlan.ShortLengthMax ? FromScratch(plan, scratch) : Slide(plan, scratch, leaving, grows);
        Span<double> newest = stackalloc double[SpectrumPlan.NewestPoints];
        SpectrumKernels.Residual(plan, scratch, strongest, newest);
        ArrayPool<double>.Shared.Return(rented);
        return Score(newest);
    }

    private double Score(Span<double> newest)
    {
        for (var i = 0; i < newest.Length; i++)
        {
            newest[i] = Math.Abs(newest[i]);
            _saliency[i] = (float)newest[i];
        }
        var before = Math.Min(WindowLength - 1, SpectralResidual.LookBack);
        var sum = 0.0;
        foreach (var saliency in newest[^(before + 1)..^1])
            sum += saliency;
        var average = sum / before;
        return average > AverageMin ? (newest[^1] - average) / average : 0;
    }

    private void Begin(SpectrumPlan plan)
    {
        _length = plan.Length;
        _window.Begin();
        if (_saliency.Length == 0)
            _saliency = new float[SpectrumPlan.NewestPoints];
        if (_length > SpectrumPlan.ShortLengthMax)
            _running = new double[2 * plan.Entries];
    }

    private double FromScratch(SpectrumPlan plan, in SpectrumScratch scratch)
    {
        // Less a value of the window, so that a large offset costs the other bins no digits.
        var offset = _window.Oldest;
        var window = scratch.Samples[..WindowLength];
        _window.CopyWindow(offset, window);
        scratch.Samples[WindowLength..].Fill(SpectralResidual.Extrapolate(window));
        return SpectrumKernels.Forward(plan, scratch, offset);
    }

    private double Slide(SpectrumPlan plan, in SpectrumScratch scratch, double leaving, bool grows)
    {
        Span<double> recent = stackalloc double[StepWindow.RecentValues];
        _window.CopyRecent(_base, recent);
        leaving -= _base;
        if (grows || IsWorn(leaving, recent[^1]))
        {
            Anew(plan);
            _window.CopyRecent(_base, recent);
            leaving = 0;
        }
        var extrapolated = SpectralResidual.Extrapolate(recent);
        return SpectrumKernels.Slide(plan, _running, leaving, recent[^1], extrapolated, _base, scratch);
    }

    /// <summary>Whether the running spectrum has been moved on too often, or holds the rounding of what was far larger.</summary>
    private bool IsWorn(double leaving, double entering)
    {
        _energy += (entering * entering) - (leaving * leaving);
        _energyMost = Math.Max(_energyMost, _energy);
        return --_untilAnew <= 0 || _energy < _energyMost * EnergyFall;
    }

    /// <summary>The running spectrum as it stands before the newest point is moved in, and a 0 out.</summary>
    private void Anew(SpectrumPlan plan)
    {
        var rented = ArrayPool<double>.Shared.Rent((3 * plan.Length) + 2);
        var samples = rented.AsSpan(0, plan.Length);
        var window = samples.Slice(1, WindowLength);
        _window.CopyWindow(0, window);
        _base = Median(window[0], window[window.Length / 2], window[^1]);
        _energy = 0;
        foreach (ref var value in window)
        {
            value -= _base;
            _energy += value * value;
        }
        _energyMost = _energy;
        _untilAnew = plan.Length;
        samples[0] = 0;
        samples[WindowLength..].Clear();
        SpectrumKernels.LongForward(plan, samples, rented.AsSpan(plan.Length), _running);
        ArrayPool<double>.Shared.Return(rented);
    }

    // Of three values of the window: a spike that leaves it later isn't chosen.
    private static double Median(double a, double b, double c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));

    private static int ArrayBytes(int length, int size) => length == 0 ? 0 : 24 + (((length * size) + 7) / 8 * 8);
}
