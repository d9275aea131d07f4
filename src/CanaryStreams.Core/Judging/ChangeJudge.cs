namespace CanaryStreams.Core.Judging;

/// <summary>
/// Judges whether a change hurt a series, from its past and some minutes behind the change. The window behind the change
/// is measured in several ways, and so are the windows behind many moments of the past at which nothing was changed:
/// what counts is how far the change's numbers lie outside of theirs. Autocorrelation, seasons, heavy tails and the
/// maximum over blocks are in those windows as well, so no distribution has to be assumed (a placebo test: Abadie,
/// Diamond and Hainmueller, JASA 2010).
/// </summary>
public static class ChangeJudge
{
    /// <summary>How many of the most surprising statistics make the score: a fault shows in some of them, not in all.</summary>
    private const int Strongest = 3;

    // Part of what lies behind moments of the past is faults: beyond their ninetieth percentile nothing is learnt.
    private const double UpperShare = 0.9;
    private const double MiddleSurprise = 0.30103;
    private const double UpperSurprise = 1;
    private const double SurpriseMax = 12;

    /// <summary>The verdict on one change of one series.</summary>
    /// <param name="times">Unix milliseconds, not falling.</param>
    /// <param name="values">As many as times; what isn't finite is missing.</param>
    /// <param name="changeMs">When the change was made, Unix milliseconds.</param>
    public static Judgement Judge(
        ReadOnlySpan<long> times,
        ReadOnlySpan<double> values,
        long changeMs,
        JudgeSettings settings
    )
    {
        var grid = ChangeGrid.Build(times, values, changeMs, settings);
        var statistics = new WindowStatistics(grid, settings);
        Span<double> change = stackalloc double[WindowStatistics.Count];
        if (!statistics.Measure(grid.Change, change))
            return new Judgement(0, Verdict.Inconclusive);
        var placebos = Placebos(grid, statistics, settings);
        if (placebos.Count < settings.PlacebosMin)
            return new Judgement(0, Verdict.Inconclusive);
        var surprise = Surprise(change, placebos);
        var score = surprise / (surprise + settings.HalfScoreSurprise);
        return new Judgement(score, score >= 0.5 ? Verdict.Bad : Verdict.Ok);
    }

    /// <summary>The statistics behind moments of the past, none of whose windows reaches behind the change.</summary>
    private static List<double[]> Placebos(ChangeGrid grid, WindowStatistics statistics, JudgeSettings settings)
    {
        var result = new List<double[]>();
        var (before, after) = statistics.Window;
        var first = grid.PlaceboFirst + before;
        var last = grid.Change - after;
        // Two windows that don't overlap are the least that can be called a past.
        if (last - first < 2 * after)
            return result;
        var step = Math.Clamp((last - first) / 100, 1, grid.Steps(settings.PlaceboStep));
        for (var moment = last; moment >= first; moment -= step)
        {
            var measured = new double[WindowStatistics.Count];
            if (statistics.Measure(moment, measured))
                result.Add(measured);
        }
        return result;
    }

    /// <summary>Mean of the strongest statistics' surprises, −log₁₀ of the share of the past that was as strange.</summary>
    private static double Surprise(ReadOnlySpan<double> change, List<double[]> placebos)
    {
        Span<double> surprises = stackalloc double[change.Length];
        var past = new double[placebos.Count];
        for (var i = 0; i < change.Length; i++)
        {
            for (var j = 0; j < past.Length; j++)
                past[j] = placebos[j][i];
            Array.Sort(past);
            surprises[i] = Surprise(change[i], past);
        }
        surprises.Sort();
        var sum = 0.0;
        foreach (var surprise in surprises[^Strongest..])
            sum += surprise;
        return sum / Strongest;
    }

    /// <summary>Linear through median and upper percentile and on: an exponential tail that faults of the past can't bend.</summary>
    private static double Surprise(double value, ReadOnlySpan<double> sortedPast)
    {
        var middle = sortedPast[(sortedPast.Length - 1) / 2];
        var upper = sortedPast[(int)(UpperShare * (sortedPast.Length - 1))];
        if (value <= middle)
            return middle > 0 ? MiddleSurprise * value / middle : MiddleSurprise;
        var spread = Math.Max(upper - middle, (1e-6 * Math.Abs(middle)) + 1e-12);
        return Math.Min(MiddleSurprise + ((UpperSurprise - MiddleSurprise) * (value - middle) / spread), SurpriseMax);
    }
}
