using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Integration.Tests.Soak;

/// <summary>A record of <c>canary.control</c> and what it says.</summary>
internal sealed record ControlRecord(Found Record, ControlCommand Command);
