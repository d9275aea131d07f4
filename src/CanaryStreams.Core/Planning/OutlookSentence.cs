namespace CanaryStreams.Core.Planning;

/// <summary>An outlook in words.</summary>
public static class OutlookSentence
{
    /// <summary>What can't be seen by <c>decideBy</c>, and what would help; or, where all can be, how soon.</summary>
    public static string Of(Outlook outlook)
    {
        if (outlook.WeightPct >= 100)
            return $"{outlook.Cluster} at 100 %: no stable side is left to compare with, so nothing can be seen";
        var unseen = outlook.Metrics.Where(metric => metric.Grave.Minutes is null).ToList();
        var seen = outlook.Metrics.Where(metric => metric.Grave.Minutes is not null);
        var sentences = unseen.Select(metric => Unseen(outlook, metric)).Concat(seen.Select(m => Seen(outlook, m)));
        var synthetic = outlook.Synthetic is { } pairs
            ? Synthetic(outlook, pairs, unseen.Count > 0)
            : NoSynthetic(unseen.Count > 0);
        return $"{outlook.Cluster} at {outlook.WeightPct} %: {string.Join("; ", sentences)}{synthetic}";
    }

    private static string Unseen(Outlook outlook, MetricOutlook metric) =>
        $"cannot see {metric.Metric} {Change(metric.Grave)} before minute {outlook.DecideByMinutes:0.#} "
        + $"with {Traffic(metric)}{Later(outlook, metric.Grave)}";

    private static string Seen(Outlook outlook, MetricOutlook metric)
    {
        var grave = $"sees {metric.Metric} {Change(metric.Grave)} by minute {metric.Grave.Minutes:0.#}";
        return metric.Small switch
        {
            { Minutes: { } minutes } small => $"{grave}, {Change(small)} by minute {minutes:0.#}",
            { } small => $"{grave}, not {Change(small)} before minute {outlook.DecideByMinutes:0.#}",
            null => grave,
        };
    }

    private static string Later(Outlook outlook, EffectOutlook effect) =>
        effect.LargestWeightMinutes is { } minutes ? $" (at {outlook.LargestWeightPct} %: minute {minutes:0.#})" : "";

    private static string Synthetic(Outlook outlook, SyntheticOutlook pairs, bool isNeeded)
    {
        var what = $"{Percent(pairs.FailingShare)} of {pairs.PairsPerMinute:0.#} synthetic runs a minute failing";
        return (pairs.AreRunning, isNeeded, pairs.Minutes) switch
        {
            (true, _, { } minutes) => $"; {what} show by minute {minutes:0.#}",
            (true, _, null) => $"; {what} don't show before minute {outlook.DecideByMinutes:0.#}",
            (false, true, { } minutes) => $"; there are no synthetic runs: {what} would show by minute {minutes:0.#}",
            _ => "",
        };
    }

    private static string NoSynthetic(bool isNeeded) =>
        isNeeded ? "; synthetic runs can't help, since the policy doesn't let them roll back" : "";

    private static string Traffic(MetricOutlook metric) => $"{Number(metric.PerMinute)} trials a minute in the cluster";

    /// <summary>A change of a ratio: <c>0.1 % → 1 %</c>.</summary>
    public static string Change(double from, double to) => $"{Percent(from)} → {Percent(to)}";

    private static string Change(EffectOutlook effect) => Change(effect.From, effect.To);

    private static string Percent(double share) => share is 0 or 1 ? $"{share * 100} %" : $"{Number(share * 100)} %";

    /// <summary>Two significant digits below ten, whole numbers from there on.</summary>
    public static string Number(double value) =>
        value >= 10 ? $"{value:0}" : $"{double.Parse($"{value:G2}"):0.#######}";
}
