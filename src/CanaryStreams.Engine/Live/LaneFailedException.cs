namespace CanaryStreams.Engine.Live;

/// <summary>The work on a partition ended by itself.</summary>
internal sealed class LaneFailedException(string role, int partition, Exception? inner)
    : Exception($"the {role}'s lane of partition {partition} failed: {inner?.Message ?? "it ended"}", inner);
