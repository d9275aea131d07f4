namespace CanaryStreams.Core.Simulation;

/// <summary>What kinds of rollouts the simulator knows.</summary>
public enum RolloutFamily
{
    HealthyBusy,
    HealthyModest,
    HealthyQuiet,
    HealthyOffsets,
    HealthyErrorsBelowMinEffect,
    HealthyBlips,
    HealthyIncident,
    HealthyColdStart,
    HealthyMissingTelemetry,
    FaultyErrorsTenfold,
    FaultyErrorsBusy,
    FaultyLatency,
    FaultyTailLatency,
    FaultyCpu,
    FaultyConversion,
    FaultySynthetic,
    FaultyErrorsGrowing,
    FaultyMemoryLeak,
    HealthyBatchJob,
    HealthyHeavyTails,
    FaultyIntermittent,
}

/// <summary>Names of the families in files and on the command line: <c>healthy-busy</c>, <c>faulty-memory-leak</c>, …</summary>
public static class RolloutFamilies
{
    /// <summary>What the forecaster is trained on, and what <c>all</c> means.</summary>
    public static IReadOnlyList<RolloutFamily> All { get; } =
    [.. Enum.GetValues<RolloutFamily>().Where(family => family <= RolloutFamily.FaultyMemoryLeak)];

    /// <summary>Thought out to break the judge, and never trained on.</summary>
    public static IReadOnlyList<RolloutFamily> Hard { get; } =
    [.. Enum.GetValues<RolloutFamily>().Where(family => family > RolloutFamily.FaultyMemoryLeak)];

    public static bool IsFaulty(this RolloutFamily family) =>
        family
            is (>= RolloutFamily.FaultyErrorsTenfold and <= RolloutFamily.FaultyMemoryLeak)
                or RolloutFamily.FaultyIntermittent;

    public static string Name(this RolloutFamily family) =>
        string.Concat(family.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{c}" : $"{c}"))
            .ToLowerInvariant();

    /// <summary>Reads a comma-separated list of names; <c>all</c>, <c>healthy</c> and <c>faulty</c> stand for groups of these, <c>hard</c> for the others.</summary>
    /// <exception cref="FormatException">A name that is none, with the list of those that are.</exception>
    public static IReadOnlyList<RolloutFamily> Parse(string names)
    {
        var result = new List<RolloutFamily>();
        foreach (var name in names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var matching = Matching(name).ToList();
            if (matching.Count == 0)
                throw new FormatException(
                    $"'{name}' is no family of rollouts; there are: all, healthy, faulty, hard, {string.Join(", ", All.Concat(Hard).Select(Name))}"
                );
            result.AddRange(matching.Where(f => !result.Contains(f)));
        }
        return result;
    }

    private static IEnumerable<RolloutFamily> Matching(string name) =>
        name == "hard"
            ? Hard
            : All.Where(f => name == "all" || f.Name().Split('-')[0] == name)
                .Concat(All.Concat(Hard).Where(f => f.Name() == name));
}
