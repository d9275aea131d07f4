namespace CanaryStreams.Core.Telemetry;

/// <summary>One execution of a synthetic transaction.</summary>
/// <param name="Run">The same for the stable and the canary execution of one pair; null where it is unpaired.</param>
public sealed record TransactionResult(
    long TimeMs,
    string App,
    string Cluster,
    string Version,
    Track Track,
    string? Variant,
    string Transaction,
    string? Run,
    double DurationMs,
    bool Success,
    string? Error,
    IReadOnlyList<TransactionStep> Steps
);

/// <summary>One step of a synthetic transaction.</summary>
public sealed record TransactionStep(string Name, double DurationMs, bool Success, int? Status);
