using CanaryStreams.Engine.Replay;

namespace CanaryStreams.Cli.Replay;

/// <summary>What a replay was asked for.</summary>
/// <param name="Output">File for the records; null or <c>-</c> for standard output.</param>
/// <param name="Only">Topics to write, separated by commas; null for all.</param>
/// <param name="Policy">Another configuration file, whose policies are compared; null where nothing is.</param>
/// <param name="Explain">Whether every rollout is explained.</param>
internal sealed record ReplayArguments(
    IReadOnlyList<string> Inputs,
    string? Config,
    string? Output,
    string? Only,
    ReplayAcks Acks,
    string? Policy,
    bool Explain
)
{
    /// <summary>Whether the records take standard output, so that what is for people can't.</summary>
    public bool TakesStandardOutput => Output is null or "-";
}
