using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Explanations;
using CanaryStreams.Core.Learning;

namespace CanaryStreams.Core.Lanes;

/// <summary>One process of evidence in one cluster and variant, with what explains it and what it may teach.</summary>
internal interface IComparison
{
    /// <summary>Of the bucket observed last.</summary>
    EvidenceReading Reading { get; }

    EvidenceRecorder Recorder { get; }

    ExperienceTrail Trail { get; }

    /// <summary>The share of the budget, where the fleet has taught another threshold than 1 / share; null elsewhere.</summary>
    double? Share { get; }
}
