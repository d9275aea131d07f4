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
}

/// <summary>Names of the families in files and on the command line: <c>healthy-busy</c>, <c>faulty-memory-leak</c>, …</summary>
public static class RolloutFamilies
{
    public static IReadOnlyList<RolloutFamily> All { get; } = Enum.GetValues<RolloutFamily>();

    public static bool IsFaulty(this RolloutFamily family) => family >= RolloutFamily.FaultyErrorsTenfold;

    public static string Name(this RolloutFamily family) =>
        string.Concat(family.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{c}" : $"{c}"))
            .ToLowerInvariant();

    /// <summary>Reads a comma-separated list of names; <c>all</c>, <c>healthy</c> and <c>faulty</c> stand for groups.</summary>
    /// <exception cref="FormatException">A name that is none, with the list of those that are.</exception>
    public static IReadOnlyList<RolloutFamily> Parse(string names)
    {
        var result = new List<RolloutFamily>();
        foreach (var name in names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var matching = All.Where(f => name == "all" || f.Name() == name || f.Name().Split('-')[0] == name).ToList();
            if (matching.Count == 0)
                throw new FormatException(
                    $"'{name}' is no family of rollouts; there are: all, healthy, faulty, {string.Join(", ", All.Select(Name))}"
                );
            result.AddRange(matching.Where(f => !result.Contains(f)));
        }
        return result;
    }
}
