using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Planning.Champions;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Configuration;
using CanaryStreams.Engine.Diagnostics;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Learning;
using CanaryStreams.Engine.Snapshots;
using CanaryStreams.Engine.Supervision;
using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>A part of the engine that may run in a process of its own.</summary>
public enum EngineRole
{
    /// <summary>Telemetry → signals.</summary>
    Analyzer,

    /// <summary>Signals, updates and acknowledgements → commands.</summary>
    Supervisor,

    /// <summary>What became of rollouts → models of the impact.</summary>
    Learner,
}

/// <summary>What an engine runs on.</summary>
public sealed record EngineOptions
{
    public required KafkaSettings Kafka { get; init; }
    public required TopicLayout Layout { get; init; }
    public required StreamSettings Stream { get; init; }
    public required IReadOnlyList<Policy> Policies { get; init; }
    public required DetectorModel Detector { get; init; }
    public required IFleet Fleet { get; init; }
    public required EngineDiagnostics Diagnostics { get; init; }

    /// <summary>Opens the journal for one caller at a time; each call another.</summary>
    public required Func<IJournal> OpenJournal { get; init; }

    /// <summary>Where lanes' snapshots are kept; null where they aren't.</summary>
    public ISnapshotStore? Snapshots { get; init; }

    /// <summary>How much work a killed lane has to do again, at most.</summary>
    public TimeSpan SnapshotEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the journal keeps ended rollouts.</summary>
    public Retention Retention { get; init; } = new();

    public IReadOnlyCollection<EngineRole> Roles { get; init; } = Enum.GetValues<EngineRole>();

    /// <summary>How impact models are learnt and take turns; null where none is, and the rule of thumb plans.</summary>
    public LearnerSettings? Impact { get; init; }

    /// <summary>Names this process in the journal, for people.</summary>
    public string Owner { get; init; } = $"{Environment.MachineName}/{Environment.ProcessId}";

    /// <summary>What a configuration says of the engine, over a broker and a journal that are there.</summary>
    public static EngineOptions Of(
        CanaryStreamsOptions configured,
        KafkaSettings kafka,
        TopicLayout layout,
        Func<IJournal> openJournal,
        EngineDiagnostics diagnostics
    ) =>
        new()
        {
            Kafka = kafka,
            Layout = layout,
            Stream = configured.Stream,
            Policies = configured.Policies,
            Detector = configured.Detector.Model,
            Fleet = SharedFleet.Create(configured.Learning.Fleet, configured.Stream),
            OpenJournal = openJournal,
            Retention = configured.Retention,
            Impact = configured.Learning.Impact,
            Diagnostics = diagnostics,
        };
}
