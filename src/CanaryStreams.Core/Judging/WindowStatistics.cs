using CanaryStreams.Core.Anomaly;

namespace CanaryStreams.Core.Judging;

/// <summary>
/// What a window behind a moment looks like beside the stretch before it: the largest mean difference over blocks of
/// several lengths (a spike, a dip, a lasting shift), the roughest and the smoothest block (noise, a frozen value), the
/// surprise of a streaming detector. Each number is larger where the window is stranger; their scales differ.
/// </summary>
internal sealed class WindowStatistics
{
    /// <summary>How many numbers <see cref="Measure"/> gives.</summary>
    public const int Count = 9;

    private const int RoughBlock = 10;

    // A detector's surprise on an ordinary point stays below; only what is above adds up.
    private const double OrdinarySurprise = 0.7;

    private static readonly int[] BlockLengths = [1, 5, 15, 30];

    private readonly int _valuesMin;
    private readonly double[] _residuals;
    private readonly double[] _surprise;
    private readonly PrefixMeans _means;
    private readonly PrefixMeans _steps;

    /// <param name="detectorSurprise">Of each step of the grid, from <see cref="DetectorSurprise"/>.</param>
    public WindowStatistics(ChangeGrid grid, double[] detectorSurprise, JudgeSettings settings)
    {
        Before = grid.Steps(settings.Before);
        _valuesMin = settings.ValuesMin;
        _residuals = grid.Residuals;
        _means = new PrefixMeans(_residuals);
        var steps = new double[grid.Values.Length];
        steps[0] = double.NaN;
        for (var i = 1; i < steps.Length; i++)
            steps[i] = Math.Abs(grid.Values[i] - grid.Values[i - 1]);
        _steps = new PrefixMeans(steps);
        _surprise = detectorSurprise;
    }

    /// <summary>Steps of the stretch before a moment.</summary>
    public int Before { get; }

    /// <summary>
    /// All statistics of the window behind a moment; false where there are too few values on either side, or in less than
    /// half of the window.
    /// </summary>
    /// <param name="moment">Index of the first step behind the moment.</param>
    /// <param name="length">Steps of the window behind, which must fit.</param>
    public bool Measure(int moment, int length, Span<double> results)
    {
        var start = Math.Max(0, moment - Before);
        var end = moment + length;
        var count = _means.Count(moment, end);
        if (_means.Count(start, moment) < _valuesMin || count < _valuesMin || 2 * count < length)
            return false;
        var level = Level(start, moment);
        var next = 0;
        foreach (var block in BlockLengths)
            results[next++] = LargestShift(moment, end, Math.Min(block, length), level);
        results[next++] = Math.Abs(_means.Mean(moment, end) - level);
        var (roughest, smoothest) = Roughness(moment, end);
        results[next++] = roughest;
        // A hundredth of the usual roughness is as smooth as counts.
        var usual = _steps.Count(start, moment) > 0 ? _steps.Mean(start, moment) : 0;
        results[next++] = 1 / (smoothest + (0.01 * usual) + 1e-12);
        var (largest, sum) = (0.0, 0.0);
        foreach (var surprise in _surprise.AsSpan(moment, length))
        {
            largest = Math.Max(largest, surprise);
            sum += Math.Max(0, surprise - OrdinarySurprise);
        }
        results[next++] = largest;
        results[next] = sum;
        return true;
    }

    /// <summary>What a streaming detector finds of each step from its past alone, −log₁₀ of a share; 0 before the first value.</summary>
    public static double[] DetectorSurprise(ChangeGrid grid)
    {
        var settings = ScorerSettings.Live;
        var scorer = new SeriesScorer(settings);
        var result = new double[grid.Values.Length];
        for (var i = grid.First; i < result.Length; i++)
        {
            var score = scorer.Score(i * grid.StepMs, grid.Values[i]).Score;
            result[i] = settings.HalfScoreSurprise * score / (1 - score);
        }
        return result;
    }

    private double Level(int start, int end)
    {
        var before = new double[end - start];
        var count = 0;
        foreach (var residual in _residuals.AsSpan(start, end - start))
        {
            if (!double.IsNaN(residual))
                before[count++] = residual;
        }
        return Robust.Median(before.AsSpan(0, count));
    }

    private double LargestShift(int start, int end, int length, double level)
    {
        var largest = 0.0;
        for (var i = start; i + length <= end; i++)
        {
            if (2 * _means.Count(i, i + length) >= length)
                largest = Math.Max(largest, Math.Abs(_means.Mean(i, i + length) - level));
        }
        return largest;
    }

    private (double Roughest, double Smoothest) Roughness(int start, int end)
    {
        var (roughest, smoothest) = (0.0, double.PositiveInfinity);
        var length = Math.Min(RoughBlock, end - start);
        for (var i = start; i + length <= end; i++)
        {
            if (2 * _steps.Count(i, i + length) < length)
                continue;
            var mean = _steps.Mean(i, i + length);
            roughest = Math.Max(roughest, mean);
            smoothest = Math.Min(smoothest, mean);
        }
        return (roughest, smoothest);
    }
}
