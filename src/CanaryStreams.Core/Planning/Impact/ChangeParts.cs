using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>What of a change may carry a fault, as numbers that are 0 where there is nothing of it and at most 1.</summary>
internal static class ChangeParts
{
    /// <summary>The first is what no part of the change accounts for: 1 always.</summary>
    public static IReadOnlyList<string> Names { get; } =
    ["any change", "lines", "files", "dependencies", "schema", "configuration only"];

    /// <summary>In the order of <see cref="Names"/>; sizes saturate as in the rule of thumb.</summary>
    public static double[] Of(ChangeProfile change) =>
        [
            1,
            RiskRule.Saturating(change.Lines, 800),
            RiskRule.Saturating(change.Files, 30),
            RiskRule.Saturating(change.Dependencies, 3),
            change.Schema ? 1 : 0,
            change.ConfigOnly ? 1 : 0,
        ];
}
