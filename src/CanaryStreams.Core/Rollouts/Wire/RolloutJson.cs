using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CanaryStreams.Core.Explanations;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Rollouts.Wire;

/// <summary>How records, events and commands look as JSON; generated when compiling, so nothing is reflected on.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    Converters = [
        typeof(TimeConverter),
        typeof(NumberConverter),
        typeof(HyphenatedConverter<CommandKind>),
        typeof(HyphenatedConverter<VariantBasis>),
        typeof(HyphenatedConverter<VariantTie>),
        typeof(HyphenatedConverter<WaveRule>),
        typeof(WordConverter<BlastRule>),
        typeof(WordConverter<AckStatus>),
        typeof(WordConverter<HoldKind>),
        typeof(WordConverter<Inconclusive>),
        typeof(WordConverter<MetricKind>),
        typeof(WordConverter<RollbackCause>),
        typeof(WordConverter<RolloutOutcome>),
        typeof(WordConverter<Ruling>),
        typeof(WordConverter<SignalFlaw>),
        typeof(WordConverter<SignalQuality>),
        typeof(WordConverter<TelemetryCondition>),
        typeof(WordConverter<Track>),
        typeof(WordConverter<Verdict>),
        typeof(WordConverter<Worse>),
    ]
)]
[JsonSerializable(typeof(Acknowledgement))]
[JsonSerializable(typeof(ControlCommand))]
[JsonSerializable(typeof(Signal))]
[JsonSerializable(typeof(AgentUnresponsive))]
[JsonSerializable(typeof(AnomalyCleared))]
[JsonSerializable(typeof(AnomalyNoted))]
[JsonSerializable(typeof(BakeStarted))]
[JsonSerializable(typeof(CanarySized))]
[JsonSerializable(typeof(ClusterPromoted))]
[JsonSerializable(typeof(ClustersRolledBack))]
[JsonSerializable(typeof(CommandAcknowledged))]
[JsonSerializable(typeof(CommandFailed))]
[JsonSerializable(typeof(CommandIssued))]
[JsonSerializable(typeof(CommandResent))]
[JsonSerializable(typeof(OutcomeReported))]
[JsonSerializable(typeof(OutlookStated))]
[JsonSerializable(typeof(OwnershipTaken))]
[JsonSerializable(typeof(PlanRevised))]
[JsonSerializable(typeof(PromotionForced))]
[JsonSerializable(typeof(RollbackDecided))]
[JsonSerializable(typeof(RolloutCancelled))]
[JsonSerializable(typeof(RolloutEnded))]
[JsonSerializable(typeof(RolloutHeld))]
[JsonSerializable(typeof(RolloutPlanned))]
[JsonSerializable(typeof(RolloutRefused))]
[JsonSerializable(typeof(RolloutRequested))]
[JsonSerializable(typeof(RolloutResumed))]
[JsonSerializable(typeof(StepPassed))]
[JsonSerializable(typeof(StepStarted))]
[JsonSerializable(typeof(VariantRolledBack))]
[JsonSerializable(typeof(VariantSelected))]
[JsonSerializable(typeof(WatchBegun))]
internal sealed partial class RolloutJson : JsonSerializerContext;

/// <summary>The generated metadata over a relaxed encoder: the JSON never stands in a page, and a sentence with "…" stays readable.</summary>
internal static class WireJson
{
    public static RolloutJson Context { get; } =
        new(
            new JsonSerializerOptions(RolloutJson.Default.Options)
            {
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
