using System.Net;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Planning.Champions;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Engine.Configuration;

/// <summary>All that can be configured, checked. Every member has a default, and all defaults together are valid.</summary>
public sealed record CanaryStreamsOptions
{
    public const string DefaultPolicy = "default";

    public KafkaOptions Kafka { get; init; } = new();
    public JournalOptions Journal { get; init; } = new(JournalKind.Sqlite, Setting.Plain("data/journal.db"));
    public Retention Retention { get; init; } = new();
    public LearningOptions Learning { get; init; } = new();
    public StreamSettings Stream { get; init; } = StreamSettings.Default;
    public DetectorOptions Detector { get; init; } = new();
    public SnapshotOptions Snapshots { get; init; } = new();

    /// <summary>Where health and metrics are served; null: nowhere.</summary>
    public HttpOptions? Http { get; init; } = new();

    /// <summary>In the order of the file; one of them is named <c>default</c>.</summary>
    public IReadOnlyList<Policy> Policies { get; init; } = [new Policy()];

    /// <summary>The policy of that name; null where there is none.</summary>
    public Policy? FindPolicy(string name) =>
        Policies.FirstOrDefault(policy => string.Equals(policy.Name, name, StringComparison.Ordinal));
}

/// <summary>How to reach Kafka.</summary>
public sealed record KafkaOptions
{
    /// <summary><c>host:port</c>, several separated by commas; null: the embedded broker.</summary>
    public Setting? Bootstrap { get; init; }

    /// <summary>Consumer groups are named after it, one per role.</summary>
    public string Group { get; init; } = "canarystreams";

    /// <summary>Partitions of topics that the engine creates; those that exist are left as they are.</summary>
    public int Partitions { get; init; } = 6;

    /// <summary>
    /// How keys choose their partitions, by librdkafka's names; all producers of the topics keyed by application have to
    /// agree: <c>consistent_random</c> (kcat and librdkafka), <c>murmur2_random</c> (Java), <c>fnv1a_random</c> (Sarama).
    /// </summary>
    public string Partitioner { get; init; } = "consistent_random";

    /// <summary>Replicas of topics that the engine creates; null: the broker's default.</summary>
    public int? Replication { get; init; }

    /// <summary>Any setting of librdkafka, handed on as it is; sorted by name.</summary>
    public IReadOnlyList<KeyValuePair<string, Setting>> Librdkafka { get; init; } = [];
}

public enum JournalKind
{
    Sqlite,
    Postgres,
}

/// <summary>Where decisions are journalled.</summary>
/// <param name="Location">A file's path for SQLite, a URL for PostgreSQL.</param>
public sealed record JournalOptions(JournalKind Kind, Setting Location);

/// <param name="Fleet">Whether rollouts learn from other rollouts; if not, every application stands alone.</param>
public sealed record LearningOptions(bool Fleet = true)
{
    /// <summary>How impact models are learnt and take turns; null: none is, and the rule of thumb plans.</summary>
    public LearnerSettings? Impact { get; init; } = new();
}

/// <param name="Every">How often a lane's state is saved: so much telemetry is read again after a crash.</param>
public sealed record SnapshotOptions(TimeSpan Every)
{
    public SnapshotOptions()
        : this(TimeSpan.FromMinutes(1)) { }
}

/// <summary>What the lanes score by.</summary>
/// <param name="File">The model's file; null: the model that ships with the program.</param>
/// <param name="FromFile">What it holds; null where there is no file.</param>
public sealed record DetectorOptions(Setting? File = null, DetectorModel? FromFile = null)
{
    public DetectorModel Model => FromFile ?? DetectorModels.Default;
}

/// <summary>The engine's own HTTP server.</summary>
public sealed record HttpOptions
{
    /// <summary>The address that it listens on; beyond loopback there is a token.</summary>
    public IPAddress Bind { get; init; } = IPAddress.Loopback;

    /// <summary>TCP port; 0: any free one.</summary>
    public int Port { get; init; } = 5080;

    /// <summary>What every request has to bring as <c>Authorization: Bearer</c>; null: nothing.</summary>
    public Setting? Token { get; init; }
}
