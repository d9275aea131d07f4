namespace CanaryStreams.Core.Anomaly.Evaluation;

/// <summary>
/// Score of the Numenta Anomaly Benchmark over many series, one threshold for all (Lavin and Ahmad, "Evaluating Real-Time
/// Anomaly Detection Algorithms", ICMLA 2015; <c>nab/sweeper.py</c> of github.com/numenta/NAB). Runs of labelled points are
/// its windows. A window found gains the more, the earlier its first alert; every alert outside loses, less just behind a
/// window. 0 is a detector that never alerts, 100 one that alerts at the first point of every window and nowhere else.
/// </summary>
public static class NabScore
{
    /// <summary>The score at one threshold.</summary>
    /// <returns>At most 100, with no lower end; NaN where there is no window.</returns>
    public static double At(IEnumerable<LabelledSeries> series, NabProfile profile, float threshold)
    {
        var (raw, windows) = (0.0, 0);
        foreach (var one in series)
        {
            var points = NabPoints.Of(one.Labels);
            Span<double> earliest = new double[points.Windows];
            for (var i = points.Probation; i < one.Scores.Length; i++)
            {
                if (one.Scores[i] < threshold)
                    continue;
                if (points.Window[i] is var window and >= 0)
                    earliest[window] = Math.Max(earliest[window], points.Weight[i]);
                else
                    raw += profile.FalseWeight * points.Weight[i];
            }
            foreach (var weight in earliest)
                raw += weight > 0 ? profile.FoundWeight * weight : -profile.MissedWeight;
            windows += points.Windows;
        }
        return Normalised(raw, windows, profile);
    }

    /// <summary>The threshold with the best score, tried at every score that occurs.</summary>
    /// <returns>Infinity where no threshold is better than never to alert.</returns>
    public static float Best(IEnumerable<LabelledSeries> series, NabProfile profile)
    {
        var (scores, alerts, windows) = Gather(series);
        Array.Sort(scores, alerts);
        // Found windows gain their loss back too; what is left is a constant that doesn't move the best threshold.
        var earliest = new double[windows];
        var (gain, best, bestThreshold) = (0.0, 0.0, float.PositiveInfinity);
        for (var i = scores.Length - 1; i >= 0; i--)
        {
            var (window, weight) = alerts[i];
            if (window < 0)
            {
                gain += profile.FalseWeight * weight;
            }
            else if (weight > earliest[window])
            {
                gain += profile.FoundWeight * (weight - earliest[window]);
                if (earliest[window] == 0)
                    gain += profile.MissedWeight;
                earliest[window] = weight;
            }
            if (gain > best && (i == 0 || scores[i - 1] != scores[i]))
                (best, bestThreshold) = (gain, scores[i]);
        }
        return bestThreshold;
    }

    private static double Normalised(double raw, int windows, NabProfile profile)
    {
        var (silent, perfect) = (-profile.MissedWeight * windows, profile.FoundWeight * windows);
        return windows == 0 ? double.NaN : 100 * (raw - silent) / (perfect - silent);
    }

    /// <summary>All points behind probation, windows numbered through over all series.</summary>
    private static (float[] Scores, (int Window, float Weight)[] Alerts, int Windows) Gather(
        IEnumerable<LabelledSeries> series
    )
    {
        var (scores, alerts, windows) = (new List<float>(), new List<(int, float)>(), 0);
        foreach (var one in series)
        {
            var points = NabPoints.Of(one.Labels);
            for (var i = points.Probation; i < one.Scores.Length; i++)
            {
                scores.Add(one.Scores[i]);
                alerts.Add((points.Window[i] < 0 ? -1 : windows + points.Window[i], points.Weight[i]));
            }
            windows += points.Windows;
        }
        return ([.. scores], [.. alerts], windows);
    }
}
