namespace CanaryStreams.Core.Planning;

/// <summary>What a canary needs, in words.</summary>
public static class CanaryNeedSentence
{
    /// <summary>From which weight on the traffic decides, and what would help where no weight does.</summary>
    public static string Of(CanaryNeed need)
    {
        var traffic = $"{OutlookSentence.Number(need.PerMinute)} trials a minute";
        var decides = need.LeastWeightPct is { } least
            ? $"{traffic} decide from {least} % on"
            : $"no canary of {traffic} can be decided on";
        if (need.Unseen is not { } unseen)
            return decides;
        var metrics = need.LeastWeightPct is null ? "" : $", but not of {Wave.Listed(unseen)}";
        var pairs = need.PairsPerMinute is { } perMinute
            ? $"it takes {perMinute:0} synthetic runs a minute"
            : "synthetic runs can't help";
        return $"{decides}{metrics}; {pairs}";
    }
}
