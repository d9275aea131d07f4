namespace CanaryStreams.Core.Planning;

/// <summary>
/// How many clusters go together. A bad version that the waves before didn't show meets as many clusters at once as the
/// wave has, so waves grow with what has gone well and the less the higher the risk is. The first is one cluster always. A wave of
/// low risk may have twice as many clusters as the one before (1, 2, 4, …), one of middling risk when two of the same size
/// have gone (1, 1, 2, 2, 4, …), and above that clusters go one by one.
/// </summary>
internal static class WaveSizes
{
    /// <param name="risks">Of the clusters that are left, 0..1, rising.</param>
    /// <param name="before">Sizes of the waves before them; empty where the rollout begins.</param>
    /// <returns>Sizes that add up to the number of risks.</returns>
    public static IReadOnlyList<int> Of(IReadOnlyList<double> risks, RiskScale scale, IReadOnlyList<int> before)
    {
        var sizes = before.ToList();
        for (var next = 0; next < risks.Count; next += sizes[^1])
            sizes.Add(Next(risks, scale, next, sizes));
        return sizes[before.Count..];
    }

    /// <summary>A wave doesn't reach into a higher risk than its first cluster's: those go as their own risk allows.</summary>
    private static int Next(IReadOnlyList<double> risks, RiskScale scale, int next, List<int> before)
    {
        if (before is not [.., var last] || risks[next] >= scale.Middle)
            return 1;
        var isLow = risks[next] < scale.Low;
        var most = isLow || before is [.., var one, _] && one == last ? 2 * last : last;
        return risks.Skip(next).Take(most).TakeWhile(risk => risk < (isLow ? scale.Low : scale.Middle)).Count();
    }
}
