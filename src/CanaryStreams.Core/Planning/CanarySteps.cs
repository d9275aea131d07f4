namespace CanaryStreams.Core.Planning;

/// <summary>
/// Canary weights by risk and by what can be decided: at the same need none is larger for a higher risk, none is smaller than
/// the need, and none much larger than anybody needs.
/// </summary>
public static class CanarySteps
{
    /// <summary>A step has to be worth a bake of its own, over the one before.</summary>
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
        var steps = Between(scale, 0, least);
        for (var higher = 1; higher <= range; higher++)
            steps = NoLargerThan(steps, Between(scale, higher, least));
        return steps;
    }

    /// <summary>
    /// The steps that are left of a wave under way; those behind it stay as they were, and there is always one that bakes: where no
    /// other is left, the one under way.
    /// </summary>
    /// <param name="before">The wave's steps so far.</param>
    /// <param name="passed">How many of them are behind it; fewer than there are.</param>
    public static IReadOnlyList<int> After(IReadOnlyList<int> before, int passed, IReadOnlyList<int> steps)
    {
        if (passed == 0)
            return steps;
        var reached = before[passed - 1];
        var left = steps.Where(step => step > reached).ToList();
        return left is [100] ? [.. before.Take(passed + 1), .. left] : [.. before.Take(passed), .. left];
    }

    /// <summary>A ladder between what decides and what is more than enough to decide.</summary>
    private static List<int> Between(RiskScale scale, int range, int least)
    {
        var most = scale.MostNeeds * least ?? 100;
        var steps = new List<int>();
        foreach (var weight in scale.Ladders[range].SkipLast(1))
        {
            var step = Math.Max(least, Math.Min(weight, most));
            if (steps.Count == 0 || step >= WorthAStep * steps[^1])
                steps.Add(step);
        }
        return [.. steps, 100];
    }

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
