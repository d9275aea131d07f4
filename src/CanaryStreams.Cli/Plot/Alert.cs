namespace CanaryStreams.Cli.Plot;

/// <summary>Something new that began: the onset that an engineer would be called for.</summary>
/// <param name="Index">Point at which it began.</param>
/// <param name="Score">Highest score at the onsets that belong to it.</param>
internal readonly record struct Alert(int Index, double Score)
{
    /// <summary>
    /// Alerts of a series by time. While a score climbs each point of it is an onset: those within the look-back of the
    /// one before are the same alert.
    /// </summary>
    public static List<Alert> Of(IReadOnlyList<PlotPoint> points, int onsetLookBack)
    {
        var alerts = new List<Alert>();
        var last = -1;
        for (var i = 0; i < points.Count; i++)
        {
            if (!points[i].IsOnset)
                continue;
            if (last >= 0 && i - last <= onsetLookBack)
                alerts[^1] = alerts[^1] with { Score = Math.Max(alerts[^1].Score, points[i].Score) };
            else
                alerts.Add(new Alert(i, points[i].Score));
            last = i;
        }
        return alerts;
    }
}
