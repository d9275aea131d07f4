using System.Text.Json.Nodes;

namespace CanaryStreams.Core.Rollouts.Wire;

/// <summary>
/// Turns the payload of an event's earlier version into the next one's, step by step up to the current one. Only reading
/// does: the journal keeps what was written, and <c>canary.events</c> gets that.
/// </summary>
internal static class UpCasters
{
    private static readonly Dictionary<string, (string To, Action<JsonObject> Cast)> Steps = new()
    {
        ["rollout.anomaly-noted.v1"] = ("rollout.anomaly-noted.v2", noted => StandAlone(noted["evidence"])),
        ["rollout.rollback-decided.v1"] = (
            "rollout.rollback-decided.v2",
            decided =>
            {
                foreach (var evidence in decided["evidence"]?.AsArray() ?? [])
                    StandAlone(evidence);
            }
        ),
    };

    /// <summary>All names of earlier versions.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Steps.Keys];

    /// <param name="payload">Changed in place.</param>
    /// <returns>Name of the version that the payload is of afterwards.</returns>
    /// <exception cref="InvalidOperationException">It isn't a payload of that name.</exception>
    /// <exception cref="ArgumentException">A key stands in it twice.</exception>
    public static string Cast(string name, JsonObject payload)
    {
        while (Steps.TryGetValue(name, out var step))
        {
            step.Cast(payload);
            name = step.To;
        }
        return name;
    }

    /// <summary>
    /// v1 named the share only where the threshold wasn't 1 / share, and of e-values only the one that decided: the
    /// largest was at least that.
    /// </summary>
    private static void StandAlone(JsonNode? evidence)
    {
        if (evidence is not JsonObject written)
            return;
        written["largest"] = written["eValue"]?.DeepClone();
        if (written["share"] is null && written["eThreshold"] is { } threshold)
            written["share"] = NumberConverter.Rounded(1 / threshold.GetValue<double>());
    }
}
