using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// What drives a prediction: by how much the logit would change if one feature were usual and all others as they are. Features work
/// together (a moved dependency hurts by an old kernel), so the shares needn't add up to the whole.
/// </summary>
internal static class ImpactContributions
{
    public static IReadOnlyList<Contribution> Of(
        ImpactFeatures features,
        double[] weights,
        ChangeProfile change,
        ClusterProfile cluster,
        ImpactHistory history
    )
    {
        var sizes = ImpactFeatures.ChangeOf(change, history);
        var traits = ClusterTraits.Of(cluster);
        var harm = features.HarmOf(cluster, history, traits);
        var whole = FaultLaw.Logit(sizes, harm, weights);
        var contributions = new List<Contribution>();
        for (var i = 1; i < sizes.Length; i++)
            Add(ImpactFeatures.ChangeNames[i], FaultLaw.Logit(With(sizes, i, 0), harm, weights));
        for (var i = 0; i < traits.Length; i++)
        {
            var usual = features.HarmOf(cluster, history, With(traits, i, 0));
            var name = traits[i] is null ? $"{ClusterTraits.Names[i]} unknown" : ClusterTraits.Names[i];
            Add(name, FaultLaw.Logit(sizes, usual, weights));
        }
        foreach (var (at, _) in harm[0].Entries.Where(entry => entry.At >= ImpactFeatures.SharedAt))
            Add(features.All[at].Name, FaultLaw.Logit(sizes, [.. harm.Select(row => row.Without(at))], weights));
        return
        [
            .. contributions
                .Where(one => one.Logit != 0)
                .OrderByDescending(one => Math.Abs(one.Logit))
                .ThenBy(one => one.Feature, StringComparer.Ordinal),
        ];

        void Add(string feature, double otherwise) => contributions.Add(new Contribution(feature, whole - otherwise));
    }

    private static T[] With<T>(T[] values, int at, T value)
    {
        var changed = values.ToArray();
        changed[at] = value;
        return changed;
    }
}
