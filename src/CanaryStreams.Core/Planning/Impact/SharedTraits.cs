using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// Whether a cluster is like one that has failed, as far as their profiles tell: the judgement of whoever has no model. What isn't
/// known counts as alike, since nothing says that the fault ends before it.
/// </summary>
internal static class SharedTraits
{
    /// <summary>Half way from usual to plainly more vulnerable.</summary>
    private const double Vulnerable = 0.5;

    /// <param name="because">What they share, or that they share nothing, in words.</param>
    public static bool AreAlike(ClusterProfile failed, ClusterProfile other, out string because)
    {
        var (of, and) = (ClusterTraits.Of(failed), ClusterTraits.Of(other));
        var suspects = Enumerable.Range(0, of.Length).Where(i => of[i] >= Vulnerable).ToList();
        var shared = suspects.Where(i => and[i] >= Vulnerable).ToList();
        var unknown = suspects.Where(i => and[i] is null).ToList();
        because =
            suspects.Count == 0 ? $"nothing that is known of {failed.Name} says why it failed and others wouldn't"
            : shared.Count > 0 ? $"{Named(shared)} as in {failed.Name}"
            : unknown.Count > 0 ? $"nothing is known of {Named(unknown)}, which {failed.Name} has"
            : $"without {Named(suspects)}, which {failed.Name} has";
        return suspects.Count == 0 || shared.Count > 0 || unknown.Count > 0;
    }

    private static string Named(List<int> traits) =>
        string.Join(" and ", traits.Select(trait => ClusterTraits.Names[trait]));
}
