namespace CanaryStreams.Core.Rollouts;

/// <summary>
/// A canary that says nothing for long, while stable beside it speaks, has crashed or can't be reached: a missing signal
/// that is evidence by itself. Its time counts from the acknowledgement of its weight at the earliest.
/// </summary>
internal static class SilentCanary
{
    /// <summary>Why the silence rolls back; null where it doesn't (yet).</summary>
    /// <param name="state">With the hold of this bucket.</param>
    public static string? Sentence(RolloutState state, ObserveBucket bucket)
    {
        var held = state.Holds.FirstOrDefault(hold => hold.Kind == HoldKind.Telemetry);
        if (
            held is not { Condition: TelemetryCondition.CanarySilent, SilentSince: { } since }
            || !(bucket.Time - since >= state.Policy!.SilentCanary)
        )
            return null;
        var step = state.Step!;
        var wave = state.Wave!;
        return $"{state.Request!.App} {state.Request.Version} rolled back in {Cluster(state)}: nothing has been heard of the "
            + $"canary since {since.ToUniversalTime():HH:mm} ({Inconclusiveness.Minutes(bucket.Time - since)}), neither "
            + $"measurements nor synthetic runs, while stable speaks; its {wave.CanarySteps[step.Index]} % were "
            + $"acknowledged at {step.StartedAt!.Value.ToUniversalTime():HH:mm}";
    }

    /// <summary>Whose canary it is.</summary>
    /// <param name="state">Held for its silence.</param>
    public static string Cluster(RolloutState state) =>
        state.Holds.First(hold => hold.Kind == HoldKind.Telemetry).Cluster ?? state.Wave!.First.Name;
}
