using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;

namespace CanaryStreams.Engine.Supervision;

/// <summary>
/// What a rollout's events fold to, as it stands in the journal beside the event that it includes. It counts for the build that
/// wrote it: any change to states, to the folding or to up-casters makes another one of Core, and that folds all events once.
/// </summary>
internal static class RolloutSnapshot
{
    /// <summary>A start reads at most so many events of a rollout, and those of one decision.</summary>
    public const int EventsBetween = 64;

    /// <summary>The compiler makes it from all that it compiles.</summary>
    private static readonly byte[] Build = typeof(RolloutState).Assembly.ManifestModule.ModuleVersionId.ToByteArray();

    public static ReadOnlyMemory<byte> Write(RolloutState state) => (byte[])[.. Build, .. StateCodec.Encode(state)];

    /// <returns>Null where another build wrote it, or where it can't be read.</returns>
    public static RolloutState? Read(ReadOnlySpan<byte> snapshot) =>
        snapshot.StartsWith(Build) ? StateCodec.Decode(snapshot[Build.Length..]) : null;
}
