using System.Net;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Configuration;
using CanaryStreams.Engine.Supervision;
using CanaryStreams.Kafka;
using FsCheck;
using FsCheck.Fluent;
using static CanaryStreams.Engine.Tests.Configuration.Yaml;

namespace CanaryStreams.Engine.Tests.Configuration;

public class ConfigurationLoaderTests
{
    /// <summary>The example of the wire contract, every key of it and all others.</summary>
    private const string Full = """
        kafka: { bootstrap: "broker:9092", group: releases, partitions: 12, replication: 3, partitioner: murmur2_random, librdkafka: { sasl.username: me, client.id: c } }
        journal: "sqlite:state/journal.db"
        learning: { fleet: off }
        retention: { archiveAfter: 2d, forgetAfter: 90d }
        stream: { bucket: 30s, allowedLateness: 5s, maxSkew: 1m, idleAfter: 10s, history: 2h }
        http: { bind: 0.0.0.0, port: 8080, token: 0123456789abcdef }
        policies:
          default:
            steps: [5, 25, 50, 100]        # canary weights in per cent
            bake: 30m
            decideBy: 60m
            inconclusive: rollback
            falseRollbackBudget: 0.01
            failureThreshold: 0.6
            horizon: 15m
            ackTimeout: 30s
            ackRetries: 7
            commandExpiry: 20m
            staleAfter: 2m
            synthetic: { rollsBack: off, minEffect: 10% }
            metrics:
              error_rate:     { kind: ratio, worse: up, minEffect: 0.002 }
              latency_ms:     { kind: mean,  worse: up, minEffect: 5% }
              temperature:    { kind: gauge, worse: both, minEffect: 1.5 }
        """;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("# nothing but a comment\n")]
    [InlineData("---\n")]
    [InlineData("kafka:\npolicies:\n  default:\n    bake:\n")]
    public void Load_NothingGiven_IsAllDefaults(string? text)
    {
        var options = Options(text);
        options.Kafka.Bootstrap.ShouldBeNull();
        options.Kafka.Group.ShouldBe("canarystreams");
        options.Kafka.Partitioner.ShouldBe(new KafkaSettings { Bootstrap = "a:1" }.Partitioner);
        options.Journal.ShouldBe(new JournalOptions(JournalKind.Sqlite, Setting.Plain("data/journal.db")));
        options.Learning.Fleet.ShouldBeTrue();
        options.Retention.ShouldBe(new Retention());
        options.Stream.ShouldBe(new StreamSettings());
        options.Http.ShouldBe(new HttpOptions { Bind = IPAddress.Loopback, Port = 5080 });
        options.Detector.File.ShouldBeNull();
        options.Detector.Model.ShouldBeSameAs(DetectorModels.Default);
        options.Policies.ShouldHaveSingleItem().ShouldBe(new Policy());
    }

    [Fact]
    public void Load_EveryKey_IsRead()
    {
        var options = Options(Full);
        options.Kafka.Bootstrap!.Value.ShouldBe("broker:9092");
        options.Kafka.Group.ShouldBe("releases");
        options.Kafka.Partitions.ShouldBe(12);
        options.Kafka.Replication.ShouldBe(3);
        options.Kafka.Partitioner.ShouldBe("murmur2_random");
        options.Kafka.Librdkafka.ShouldBe([
            new("client.id", Setting.Plain("c")),
            new("sasl.username", Setting.Plain("me")),
        ]);
        options.Journal.Location.Value.ShouldBe("state/journal.db");
        options.Learning.Fleet.ShouldBeFalse();
        options.Retention.ShouldBe(
            new Retention { ArchiveAfter = TimeSpan.FromDays(2), ForgetAfter = TimeSpan.FromDays(90) }
        );
        options.Stream.ShouldBe(
            new StreamSettings
            {
                Bucket = TimeSpan.FromSeconds(30),
                AllowedLateness = TimeSpan.FromSeconds(5),
                MaxSkew = TimeSpan.FromMinutes(1),
                IdleAfter = TimeSpan.FromSeconds(10),
                History = TimeSpan.FromHours(2),
            }
        );
        options.Http.ShouldBe(
            new HttpOptions
            {
                Bind = IPAddress.Any,
                Port = 8080,
                Token = new Setting("0123456789abcdef", "***"),
            }
        );
    }

    [Fact]
    public void Load_EveryKeyOfAPolicy_IsRead()
    {
        var policy = Options(Full).FindPolicy("default").ShouldNotBeNull();
        policy.Steps.ShouldBe([5, 25, 50, 100]);
        policy.Metrics.ShouldBe([
            new("error_rate", MetricKind.Ratio, Worse.Up, new MinEffect(0.002, false)),
            new("latency_ms", MetricKind.Mean, Worse.Up, new MinEffect(0.05, true)),
            new("temperature", MetricKind.Gauge, Worse.Both, new MinEffect(1.5, false)),
        ]);
        policy.ShouldBe(
            new Policy
            {
                Steps = policy.Steps,
                Bake = TimeSpan.FromMinutes(30),
                DecideBy = TimeSpan.FromMinutes(60),
                Inconclusive = Inconclusive.Rollback,
                FalseRollbackBudget = 0.01,
                FailureThreshold = 0.6,
                Horizon = TimeSpan.FromMinutes(15),
                AckTimeout = TimeSpan.FromSeconds(30),
                AckRetries = 7,
                CommandExpiry = TimeSpan.FromMinutes(20),
                StaleAfter = TimeSpan.FromMinutes(2),
                SyntheticRollsBack = false,
                SyntheticMinEffect = 0.1,
                Metrics = policy.Metrics,
            }
        );
    }

    [Fact]
    public void Load_NamedPolicy_InheritsFromDefaultKeyByKey()
    {
        const string text = """
            policies:
              quick: { bake: 5m, steps: planned, failureThreshold: adaptive, waves: one-by-one, blast: similar, synthetic: { minEffect: 0.2 } }
              default: { bake: 10m, blast: cluster, tie: least-harm, kpis: [conversion], horizon: 20m, steps: [10, 100], failureThreshold: 0.7, synthetic: { rollsBack: off } }
              strict:
                kpis: []
                metrics: { error_rate: { minEffect: 0.001 } }
            """;
        var options = Options(text);
        options.Policies.Select(policy => policy.Name).ShouldBe(["default", "quick", "strict"]);
        var quick = options.FindPolicy("quick")!;
        quick.Bake.ShouldBe(TimeSpan.FromMinutes(5));
        quick.Horizon.ShouldBe(TimeSpan.FromMinutes(20));
        quick.Tie.ShouldBe(VariantTie.LeastHarm);
        quick.Kpis.ShouldBe(["conversion"]);
        quick.Steps.ShouldBeNull();
        quick.Waves.ShouldBe(WaveRule.OneByOne);
        options.FindPolicy("strict")!.Waves.ShouldBe(WaveRule.ByRisk);
        quick.Blast.ShouldBe(BlastRule.Similar);
        options.FindPolicy("strict")!.Blast.ShouldBe(BlastRule.Cluster);
        Options("").Policies[0].Blast.ShouldBe(BlastRule.All);
        quick.FailureThreshold.ShouldBeNull();
        quick.SyntheticRollsBack.ShouldBeFalse();
        quick.SyntheticMinEffect.ShouldBe(0.2);
        quick.Metrics.ShouldBe(Policy.DefaultMetrics);
        var strict = options.FindPolicy("strict")!;
        strict.Steps.ShouldBe([10, 100]);
        strict.Metrics.ShouldBe([new("error_rate", MetricKind.Ratio, Worse.Up, new MinEffect(0.001, false))]);
        options.FindPolicy("absent").ShouldBeNull();
    }

    [Fact]
    public void Load_MetricsGiven_ReplaceTheDefaultOnes() =>
        Options("policies: { default: { metrics: {} } }").Policies[0].Metrics.ShouldBeEmpty();

    [Theory]
    [InlineData("bake: 2h", 4 * 60)]
    [InlineData("bake: 5m", 60)]
    [InlineData("bake: 2h, decideBy: 2h", 2 * 60)]
    public void Load_DecideByLeftOut_FollowsALongerBake(string keys, int minutes) =>
        Options($"policies: {{ default: {{ {keys} }} }}").Policies[0].DecideBy.ShouldBe(TimeSpan.FromMinutes(minutes));

    [Theory]
    [InlineData("stream: { bucket: 5m, allowedLateness: 30s }", 10 * 60 + 30)]
    [InlineData("stream: { bucket: 5m }\npolicies: { default: { staleAfter: 6m } }", 6 * 60)]
    [InlineData("stream: { bucket: 30s }", 3 * 60)]
    public void Load_StaleAfterLeftOut_FollowsALongerBucket(string text, int seconds) =>
        Options(text).Policies[0].StaleAfter.ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("bake: 30m", 20)]
    [InlineData("staleAfter: 12m", 24)]
    [InlineData("silentCanary: 31m", 31)]
    [InlineData("silentCanary: never", null)]
    public void Load_SilentCanary_FollowsALongerStaleAfterWhereItIsLeftOut(string keys, int? minutes) =>
        Options($"policies: {{ default: {{ {keys} }}, other: {{}} }}")
            .Policies.ShouldAllBe(policy =>
                policy.SilentCanary == (minutes == null ? null : TimeSpan.FromMinutes(minutes.Value))
            );

    [Fact]
    public void Load_Bootstrap_ComesFromTheEnvironmentFirst()
    {
        var fromFile = Options("kafka: { bootstrap: a:1 }", ("KAFKA_BOOTSTRAP", ""));
        fromFile.Kafka.Bootstrap.ShouldBe(Setting.Plain("a:1"));
        var fromEnvironment = Options("kafka: { bootstrap: a:1 }", ("KAFKA_BOOTSTRAP", "b:2,c:3"));
        fromEnvironment.Kafka.Bootstrap.ShouldBe(new Setting("b:2,c:3", "${KAFKA_BOOTSTRAP}"));
    }

    [Fact]
    public void Load_Variables_StandInAnyValue()
    {
        const string text = """
            kafka: { bootstrap: "${HOST}:${PORT}", partitions: "${N}", librdkafka: { client.id: "$${HOST}" } }
            policies: { default: { steps: ["${N}", 50], bake: "${MINUTES}m" } }
            """;
        var options = Options(text, ("HOST", "broker"), ("PORT", "9092"), ("N", "4"), ("MINUTES", "20"));
        options.Kafka.Bootstrap.ShouldBe(new Setting("broker:9092", "${HOST}:${PORT}"));
        options.Kafka.Partitions.ShouldBe(4);
        options.Kafka.Librdkafka[0].Value.Value.ShouldBe("${HOST}");
        options.Policies[0].Steps.ShouldBe([4, 50]);
        options.Policies[0].Bake.ShouldBe(TimeSpan.FromMinutes(20));
    }

    [Fact]
    public void Load_Anchors_AreFollowed()
    {
        const string text = """
            policies:
              default: { metrics: { a: &errors { kind: ratio, minEffect: 0.01 }, b: *errors } }
            """;
        Options(text).Policies[0].Metrics.Select(metric => metric.Name).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Load_Secrets_AreNeverShown()
    {
        const string text = """
            kafka:
              bootstrap: "${BROKER}"
              librdkafka: { sasl.password: hunter2, ssl.key.password: "${KEY}" }
            """;
        var options = Options(text, ("BROKER", "secret-broker:1"), ("KEY", "s3cret"));
        var shown = options.Kafka + string.Join(',', options.Kafka.Librdkafka);
        shown.ShouldContain("${BROKER}");
        shown.ShouldContain("${KEY}");
        shown.ShouldContain("***");
        shown.ShouldNotContain("secret-broker");
        shown.ShouldNotContain("s3cret");
        shown.ShouldNotContain("hunter2");
        options.Kafka.Librdkafka[0].Value.Value.ShouldBe("hunter2");
    }

    [Theory]
    [InlineData("postgres://me:hunter2@h/d", "postgres://me:***@h/d")]
    [InlineData("postgres://me:hunter2/@:?@h/d", "postgres://me:***@h/d")]
    [InlineData("postgres://me:${SECRET}@h/d", "postgres://me:${SECRET}@h/d")]
    [InlineData("postgres://${NAME}:hunter2@h/d", "postgres://${NAME}:***@h/d")]
    [InlineData("postgres://me:${NAME}hunter2@h/d", "postgres://me:***@h/d")]
    [InlineData("postgres://me@h/d", "postgres://me@h/d")]
    [InlineData("${URL}", "${URL}")]
    public void Load_PostgresJournal_ShowsItsUrlWithoutThePassword(string url, string shown)
    {
        var journal = Options(
            $"journal: '{url}'",
            ("SECRET", "s3cret"),
            ("NAME", "anna"),
            ("URL", "postgres://me:s3cret@h/d")
        ).Journal;

        journal.Kind.ShouldBe(JournalKind.Postgres);
        journal.Location.Shown.ShouldBe(shown);
    }

    [Fact]
    public void Load_AnyText_GivesOptionsOrErrorsAndNeverThrows()
    {
        var mutated =
            from count in Gen.Choose(0, 6)
            from places in Gen.ListOf(Gen.Choose(0, Full.Length - 1), count)
            from characters in Gen.ListOf(Gen.Elements("\n\t :{}[],'\"&*!|>%@?-#$~0aé\0\uFEFF".ToCharArray()), count)
            select places
                .Zip(characters)
                .Aggregate(Full, (text, change) => text[..change.First] + change.Second + text[(change.First + 1)..]);
        var any = Gen.OneOf(mutated, ArbMap.Default.GeneratorFor<string>());
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(1000),
            Prop.ForAll(
                any.ToArbitrary(),
                text =>
                {
                    var result = Load(text);
                    return result.IsValid == (result.Errors.Count == 0);
                }
            )
        );
    }

    [Fact]
    public void Verify_TheLimits_AgreeWithOneAnother() => Should.NotThrow(Limits.Verify);
}
