namespace CanaryStreams.Core.Telemetry;

/// <summary>Default names of the topics of the wire contract.</summary>
public static class Topics
{
    public const string Telemetry = "canary.telemetry";
    public const string Transactions = "canary.transactions";
    public const string Updates = "canary.updates";
    public const string Acks = "canary.acks";
    public const string Signals = "canary.signals";
    public const string Control = "canary.control";
    public const string Events = "canary.events";

    /// <summary>What rollouts taught; compacted, and read by every process from its beginning.</summary>
    public const string Fleet = "canary.fleet";

    /// <summary>What became of updates in the clusters that they reached; compacted, keyed by rollout and cluster.</summary>
    public const string Outcomes = "canary.outcomes";

    /// <summary>Impact models, which of them plans, and what the others would have planned; compacted, read by every process.</summary>
    public const string Models = "canary.models";
    public const string Rejects = "canary.rejects";

    /// <summary>The topics keyed by application: all have the same number of partitions.</summary>
    public static IReadOnlyList<string> KeyedByApp { get; } =
    [Telemetry, Transactions, Updates, Acks, Signals, Control];

    public static IReadOnlyList<string> All { get; } = [.. KeyedByApp, Events, Fleet, Outcomes, Models, Rejects];

    /// <summary>Those that keep the newest record of each key for ever.</summary>
    public static IReadOnlyList<string> Compacted { get; } = [Fleet, Outcomes, Models];
}
