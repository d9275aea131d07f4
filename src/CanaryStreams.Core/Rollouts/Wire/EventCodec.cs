using System.Text.Json;
using System.Text.Json.Nodes;

namespace CanaryStreams.Core.Rollouts.Wire;

/// <summary>
/// Events as they stand in the journal and on <c>canary.events</c>: a name with its version, and a payload. A name and
/// its payload never change their meaning; a new meaning gets a new version beside the old one, and an up-caster
/// (<see cref="UpCasters"/>) from the old, because what was journalled is never rewritten.
/// </summary>
public static class EventCodec
{
    private static readonly (string Name, Type Type)[] Known =
    [
        ("rollout.requested.v1", typeof(RolloutRequested)),
        ("rollout.refused.v1", typeof(RolloutRefused)),
        ("rollout.planned.v1", typeof(RolloutPlanned)),
        ("rollout.plan-revised.v1", typeof(PlanRevised)),
        ("rollout.canary-sized.v1", typeof(CanarySized)),
        ("rollout.outlook-stated.v1", typeof(OutlookStated)),
        ("rollout.command-issued.v1", typeof(CommandIssued)),
        ("rollout.command-resent.v1", typeof(CommandResent)),
        ("rollout.command-acknowledged.v1", typeof(CommandAcknowledged)),
        ("rollout.command-failed.v1", typeof(CommandFailed)),
        ("rollout.agent-unresponsive.v1", typeof(AgentUnresponsive)),
        ("rollout.step-started.v1", typeof(StepStarted)),
        ("rollout.bake-started.v1", typeof(BakeStarted)),
        ("rollout.held.v1", typeof(RolloutHeld)),
        ("rollout.resumed.v1", typeof(RolloutResumed)),
        ("rollout.anomaly-noted.v2", typeof(AnomalyNoted)),
        ("rollout.anomaly-cleared.v1", typeof(AnomalyCleared)),
        ("rollout.step-passed.v1", typeof(StepPassed)),
        ("rollout.variant-rolled-back.v1", typeof(VariantRolledBack)),
        ("rollout.variant-selected.v1", typeof(VariantSelected)),
        ("rollout.cluster-promoted.v1", typeof(ClusterPromoted)),
        ("rollout.watch-begun.v1", typeof(WatchBegun)),
        ("rollout.promotion-forced.v1", typeof(PromotionForced)),
        ("rollout.rollback-decided.v2", typeof(RollbackDecided)),
        ("rollout.clusters-rolled-back.v1", typeof(ClustersRolledBack)),
        ("rollout.cancelled.v1", typeof(RolloutCancelled)),
        ("rollout.ownership-taken.v1", typeof(OwnershipTaken)),
        ("rollout.outcome-reported.v1", typeof(OutcomeReported)),
        ("rollout.ended.v1", typeof(RolloutEnded)),
    ];

    private static readonly Dictionary<Type, string> NameOfType = Known.ToDictionary(k => k.Type, k => k.Name);
    private static readonly Dictionary<string, Type> TypeOfName = Known.ToDictionary(k => k.Name, k => k.Type);

    /// <summary>The names that are written, in the order of a rollout's life.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(k => k.Name)];

    /// <summary>The names of earlier versions, which are read as well.</summary>
    public static IReadOnlyList<string> EarlierNames => UpCasters.Names;

    public static string NameOf(RolloutEvent happened) => NameOfType[happened.GetType()];

    public static byte[] Encode(RolloutEvent happened) =>
        JsonSerializer.SerializeToUtf8Bytes(happened, happened.GetType(), WireJson.Context);

    /// <returns>The event of the current version, whichever version was written.</returns>
    /// <exception cref="FormatException">The name is unknown (a newer program wrote it), or the payload isn't its.</exception>
    public static RolloutEvent Decode(string name, ReadOnlySpan<byte> payload)
    {
        try
        {
            return Read(name, payload) as RolloutEvent ?? throw new FormatException($"event '{name}' has no payload");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"the payload of event '{name}' can't be read: {e.Message}", e);
        }
    }

    private static object? Read(string name, ReadOnlySpan<byte> payload)
    {
        if (TypeOfName.TryGetValue(name, out var type))
            return JsonSerializer.Deserialize(payload, type, WireJson.Context);
        if (!UpCasters.Names.Contains(name))
            throw new FormatException($"event '{name}' is unknown to this version of the program");
        var reader = new Utf8JsonReader(payload);
        if (JsonNode.Parse(ref reader) is not { } written)
            return null;
        var current = UpCasters.Cast(name, written.AsObject());
        return written.Deserialize(TypeOfName[current], WireJson.Context);
    }
}
