namespace CanaryStreams.Core.Judging;

/// <summary>
/// Judges whether a change hurt a series, from its past and some minutes behind the change. Windows of several lengths
/// behind the change are measured in several ways, and so are the windows behind many moments of the past at which nothing
/// was changed: what counts is how far the change's numbers lie outside of theirs, most of all of those at the same time of
/// day. Autocorrelation, seasons, heavy tails and the maximum over blocks are in those windows as well, so no distribution
/// has to be assumed (a placebo test: Abadie, Diamond and Hainmueller, JASA 2010).
/// </summary>
public static class ChangeJudge
{
    /// <summary>How many of the most surprising statistics count: a fault shows in some of them, not in all.</summary>
    private const int Strongest = 3;

    /// <summary>
    /// What a window counts beside one of half its length. What a change does mostly begins soon behind it; the longer
    /// the window the more of what it shows has other reasons.
    /// </summary>
    private const double LongerWeight = 0.5;

    private const int MomentsAim = 100;

    /// <summary>The verdict on one change of one series.</summary>
    /// <param name="times">Unix milliseconds, not falling.</param>
    /// <param name="values">As many as times; what isn't finite is missing.</param>
    /// <param name="changeMs">When the change was made, Unix milliseconds.</param>
    /// <returns>Inconclusive where no window can be judged: too few values before, in it, or of the past.</returns>
    public static Judgement Judge(
        ReadOnlySpan<long> times,
        ReadOnlySpan<double> values,
        long changeMs,
        JudgeSettings settings
    )
    {
        var grid = ChangeGrid.Build(times, values, changeMs, settings);
        var detector = WindowStatistics.DetectorSurprise(grid);
        if (Surprise(grid, detector, settings) is not { } differences)
            return new Judgement(0, Verdict.Inconclusive);
        // Whether a series' noise grows with its level isn't known, so both scales are asked.
        var ratios = grid.OnRatioScale() is { } scaled ? Surprise(scaled, detector, settings) : null;
        var mean = ((ratios ?? differences) + differences) / 2;
        var score = mean / (mean + settings.HalfScoreSurprise);
        return new Judgement(score, score >= 0.5 ? Verdict.Bad : Verdict.Ok);
    }

    /// <summary>Mean over the windows, short ones first; null where none can be judged.</summary>
    private static double? Surprise(ChangeGrid grid, double[] detector, JudgeSettings settings)
    {
        var statistics = new WindowStatistics(grid, detector, settings);
        var (sum, weights, weight) = (0.0, 0.0, 1.0);
        foreach (var length in WindowLengths(grid, settings))
        {
            if (Surprise(grid, statistics, length, settings) is { } surprise)
            {
                sum += weight * surprise;
                weights += weight;
            }
            weight *= LongerWeight;
        }
        return weights > 0 ? sum / weights : null;
    }

    /// <summary>In steps, each twice the one before, up to all there is behind the change.</summary>
    private static IEnumerable<int> WindowLengths(ChangeGrid grid, JudgeSettings settings)
    {
        for (var length = settings.ShortestAfter; length < settings.After; length *= 2)
            yield return grid.Steps(length);
        yield return grid.Values.Length - grid.Change;
    }

    /// <summary>Mean of the strongest statistics' surprises; null where the window or the past has too little.</summary>
    private static double? Surprise(ChangeGrid grid, WindowStatistics statistics, int length, JudgeSettings settings)
    {
        Span<double> change = stackalloc double[WindowStatistics.Count];
        if (!statistics.Measure(grid.Change, length, change))
            return null;
        var (placebos, closeness) = Placebos(grid, statistics, length, settings);
        if (placebos.Count < settings.PlacebosMin)
            return null;
        Span<double> surprises = stackalloc double[WindowStatistics.Count];
        var past = new double[placebos.Count];
        var weights = new double[placebos.Count];
        for (var i = 0; i < change.Length; i++)
        {
            for (var j = 0; j < past.Length; j++)
                past[j] = placebos[j][i];
            closeness.CopyTo(weights);
            surprises[i] = PlaceboTest.Surprise(change[i], past, weights);
        }
        surprises.Sort();
        var sum = 0.0;
        foreach (var surprise in surprises[^Strongest..])
            sum += surprise;
        return sum / Strongest;
    }

    /// <summary>
    /// The statistics behind moments of the past, none of whose windows reaches behind the change, and how much each moment
    /// is like the change's by the time of day, in (0,1].
    /// </summary>
    private static (List<double[]> Measured, List<double> Closeness) Placebos(
        ChangeGrid grid,
        WindowStatistics statistics,
        int length,
        JudgeSettings settings
    )
    {
        var (measured, closeness) = (new List<double[]>(), new List<double>());
        var first = grid.PlaceboFirst + statistics.Before;
        var last = grid.Change - length;
        // Two windows that don't overlap are the least that can be called a past.
        if (last - first < 2 * length)
            return (measured, closeness);
        var step = Math.Clamp((last - first) / MomentsAim, 1, grid.Steps(settings.PlaceboStep));
        for (var moment = last; moment >= first; moment -= step)
        {
            var one = new double[WindowStatistics.Count];
            if (!statistics.Measure(moment, length, one))
                continue;
            measured.Add(one);
            var distance = grid.ClockDistance(moment, grid.Change) / settings.LikeTime;
            closeness.Add(1 / (1 + (distance * distance)));
        }
        return (measured, closeness);
    }
}
