namespace CanaryStreams.Core.Planning;

/// <summary>
/// Canary weights by risk and by what can be decided: at the same need none is larger for a higher risk, and none is smaller
/// than the need.
/// </summary>
public static class CanarySteps
{
    /// <summary>What is left of a ladder above the least weight has to be worth a bake of its own.</summary>
    private const double WorthAStep = 1.5;

    /// <param name="risk">In 0..1.</param>
    /// <param name="leastPct">
    /// Weight below which nothing is decided, 1..<see cref="CanaryNeeds.MostWeightPct"/>; null where the traffic isn't known or no
    /// weight decides: then the risk alone says.
    /// </param>
    /// <returns>Rising, the last one 100.</returns>
    public static IReadOnlyList<int> Of(RiskScale scale, double risk, int? leastPct)
    {
        if (leastPct is not { } least)
            return scale.StepsFor(risk);
        var range = scale.RangeOf(risk);
        var steps = Raised(scale.Ladders[0], least);
        for (var higher = 1; higher <= range; higher++)
            steps = NoLargerThan(steps, Raised(BeginningOf(scale, higher, least), least));
        return steps;
    }

    /// <summary>The steps that are left of a wave under way; those behind it stay as they were.</summary>
    /// <param name="before">The wave's steps so far.</param>
    /// <param name="passed">How many of them are behind it; fewer than there are.</param>
    public static IReadOnlyList<int> After(IReadOnlyList<int> before, int passed, IReadOnlyList<int> steps)
    {
        if (passed == 0)
            return steps;
        var reached = before[passed - 1];
        return [.. before.Take(passed), .. steps.Where(step => step > reached)];
    }

    /// <summary>Where the risk is high, the first canary is as small as its samples allow.</summary>
    private static IReadOnlyList<int> BeginningOf(RiskScale scale, int range, int least)
    {
        var ladder = scale.Ladders[range];
        return range >= RiskScale.HighRange && least < ladder[0] ? [least, .. ladder.Skip(1)] : ladder;
    }

    private static List<int> Raised(IReadOnlyList<int> ladder, int least) =>
        ladder[0] >= least ? [.. ladder] : [least, .. ladder.Where(step => step >= WorthAStep * least)];

    /// <summary>Where leaving out steps has made a later one larger than at a lower risk, the lower risk's goes before it.</summary>
    private static List<int> NoLargerThan(List<int> lower, List<int> steps)
    {
        for (var i = 0; i < lower.Count; i++)
        {
            if (steps[i] > lower[i])
                steps.Insert(i, lower[i]);
        }
        return steps;
    }
}
