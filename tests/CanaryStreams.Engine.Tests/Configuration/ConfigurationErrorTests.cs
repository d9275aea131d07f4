using static CanaryStreams.Engine.Tests.Configuration.Yaml;

namespace CanaryStreams.Engine.Tests.Configuration;

/// <summary>What is refused: each mistake with its file, its line, its key and what is allowed.</summary>
public class ConfigurationErrorTests
{
    [Fact]
    public void Load_FiveMistakesAtOnce_AreAllReported()
    {
        const string text = """
            kafka:
              bootstrap: "broker:9092"
              gruop: canarystreams
            learning: { fleet: perhaps }
            policies:
              default:
                bake: 30
                steps: [5, 50, 25]
                metrics:
                  latency_ms: { kind: mean, worse: up, minEffect: 5% }
                  error_rate: { kind: ratio, worse: up, minEffect: 0.002 }
                  latency_ms: { kind: mean, worse: up, minEffect: 7% }
            """;
        Errors(text)
            .ShouldBe([
                "canarystreams.yaml:3: kafka.gruop: is no known key; did you mean group?",
                "canarystreams.yaml:4: learning.fleet: \"perhaps\" must be on or off or true or false",
                "canarystreams.yaml:7: policies.default.bake: \"30\" is no duration; write a number with ms, s, m, h or d, such as 90s or 30m",
                "canarystreams.yaml:8: policies.default.steps: [5, 50, 25] must be 1 to 50 rising weights in per cent, such as [5, 25, 50, 100]",
                "canarystreams.yaml:12: policies.default.metrics.latency_ms: is given twice; the first is in line 10",
            ]);
    }

    [Theory]
    [InlineData("policy: {}", "canarystreams.yaml:1: policy: is no known key; did you mean policies?")]
    [InlineData("kafka: {}\nkafka: {}", "canarystreams.yaml:2: kafka: is given twice; the first is in line 1")]
    [InlineData("kafka: broker", "canarystreams.yaml:1: kafka: must hold keys, each with its value")]
    [InlineData("- a", "canarystreams.yaml:1: must hold keys, each with its value")]
    [InlineData("kafka: { group: [a] }", "canarystreams.yaml:1: kafka.group: must be a single value")]
    [InlineData("kafka: { group: ' ' }", "canarystreams.yaml:1: kafka.group: must have 1 to 200 characters")]
    [InlineData(
        "kafka: { partitions: 0 }",
        "canarystreams.yaml:1: kafka.partitions: \"0\" must be a whole number from 1 to 1024"
    )]
    [InlineData(
        "kafka: { partitions: many }",
        "canarystreams.yaml:1: kafka.partitions: \"many\" must be a whole number from 1 to 1024"
    )]
    [InlineData(
        "kafka: { bootstrap: 'a b' }",
        "canarystreams.yaml:1: kafka.bootstrap: \"a b\" must be host:port, several separated by commas"
    )]
    [InlineData(
        "kafka: { librdkafka: { group.id: x } }",
        "canarystreams.yaml:1: kafka.librdkafka.group.id: is set by the engine and can't be configured"
    )]
    [InlineData(
        "kafka:\n  librdkafka:\n    fetch.wait.max.ms: soon",
        "canarystreams.yaml:3: kafka.librdkafka.fetch.wait.max.ms: Invalid value for configuration property \"fetch.wait.max.ms\""
    )]
    [InlineData(
        "policies: { default: { waves: all } }",
        "canarystreams.yaml:1: policies.default.waves: \"all\" must be one-by-one or by-risk"
    )]
    [InlineData(
        "policies: { default: { blast: radius } }",
        "canarystreams.yaml:1: policies.default.blast: \"radius\" must be all or cluster or similar"
    )]
    [InlineData(
        "kafka: { partitioner: random }",
        "canarystreams.yaml:1: kafka.partitioner: \"random\" must be consistent_random or murmur2_random or fnv1a_random"
    )]
    [InlineData(
        "journal: mysql://u:pw@h/d",
        "canarystreams.yaml:1: journal: must be sqlite:PATH or postgres://USER@HOST/DATABASE"
    )]
    [InlineData(
        "journal: 'sqlite:'",
        "canarystreams.yaml:1: journal: must be sqlite:PATH or postgres://USER@HOST/DATABASE"
    )]
    [InlineData(
        "journal: postgres://u:pw@h",
        "canarystreams.yaml:1: journal: must name a user, a host and a database: postgres://USER:PASSWORD@HOST:PORT/DATABASE"
    )]
    [InlineData(
        "journal: postgres://u:pw@h/d?sslmode=none",
        "canarystreams.yaml:1: journal: has an unknown sslmode; known are disable, allow, prefer, require, verify-ca and verify-full"
    )]
    [InlineData(
        "journal: postgres://u:pw@h/d?schemas=a",
        "canarystreams.yaml:1: journal: has an unknown parameter schemas; known are schema, host, sslmode, sslrootcert, sslcert, "
            + "sslkey, application_name and connect_timeout"
    )]
    [InlineData(
        "journal: ${NOWHERE}",
        "canarystreams.yaml:1: journal: needs the environment variable NOWHERE, which isn't set"
    )]
    [InlineData(
        "journal: '${}'",
        "canarystreams.yaml:1: journal: has ${ without a name and } behind it; write ${NAME} or ${file:PATH}, or $${ for the characters themselves"
    )]
    [InlineData(
        "http: { port: 70000 }",
        "canarystreams.yaml:1: http.port: \"70000\" must be a whole number from 0 to 65535"
    )]
    [InlineData(
        "detector: { modle: a.json }",
        "canarystreams.yaml:1: detector.modle: is no known key; did you mean model?"
    )]
    [InlineData(
        "learning: {}\ndetector: { model: absent.json }",
        "canarystreams.yaml:2: detector.model: \"absent.json\" can't be read: there is no such file"
    )]
    [InlineData(
        "retention: { archiveAfter: 30d, forgetAfter: 30d }",
        "canarystreams.yaml:1: retention.forgetAfter: forgetAfter (30d) must be longer than archiveAfter (30d)"
    )]
    [InlineData(
        "retention: { forgetAfter: 1d }",
        "canarystreams.yaml:1: retention.forgetAfter: 1d is out of range; allowed is 7d to 3650d"
    )]
    [InlineData(
        "stream: { bucket: 7s }",
        "canarystreams.yaml:1: stream.bucket: 7s must divide a day, as 30s, 1m and 5m do"
    )]
    [InlineData(
        "stream: { history: 3m }",
        "canarystreams.yaml:1: stream.history: a history of 3m is 3 buckets of 1m; allowed are 10 to 14400"
    )]
    [InlineData(
        "stream: { bucket: 1s, history: 1d }",
        "canarystreams.yaml:1: stream.history: a history of 1d is 86400 buckets of 1s; allowed are 10 to 14400"
    )]
    [InlineData(
        "stream: { bucket: 500ms }",
        "canarystreams.yaml:1: stream.bucket: 500ms is out of range; allowed is 1s to 1h"
    )]
    [InlineData(
        "stream: { maxSkew: -1m }",
        "canarystreams.yaml:1: stream.maxSkew: \"-1m\" is no duration; write a number with ms, s, m, h or d, such as 90s or 30m"
    )]
    public void Load_OneMistake_IsNamed(string text, string error) => Errors(text).ShouldBe([error]);

    [Theory]
    [InlineData("bake: 30", "bake: \"30\" is no duration; write a number with ms, s, m, h or d, such as 90s or 30m")]
    [InlineData("bake: 31d", "bake: 31d is out of range; allowed is 1s to 30d")]
    [InlineData("decideBy: 20m", "decideBy: 20m must be at least bake, which is 30m")]
    [InlineData("bake: 30s", "bake: 30s must be at least one bucket, which is 1m (stream.bucket)")]
    [InlineData("horizon: 1s", "horizon: 1s must be at least one bucket, which is 1m (stream.bucket)")]
    [InlineData("silentCanary: 3m", "silentCanary: 3m must be longer than staleAfter, which is 3m, or never")]
    [InlineData("silentCanary: 1h", "silentCanary: 1h is out of range; allowed is 1s to 45m")]
    [InlineData(
        "staleAfter: 65s",
        "staleAfter: 65s must be at least 70s, when a bucket closes (stream.bucket and stream.allowedLateness)"
    )]
    [InlineData("commandExpiry: 1m", "commandExpiry: 1m must be longer than ackTimeout, which is 2m")]
    [InlineData("tie: random", "tie: \"random\" must be first or hold or least-harm")]
    [InlineData("kpis: conversion", "kpis: must be a list, such as [conversion]")]
    [InlineData(
        "kpis: [revenue]",
        "kpis: 'revenue' is none of this policy's metrics: error_rate, latency_ms, cpu_pct, conversion"
    )]
    [InlineData("inconclusive: wait", "inconclusive: \"wait\" must be hold or promote or rollback")]
    [InlineData(
        "falseRollbackBudget: 0",
        "falseRollbackBudget: \"0\" must be a probability above 0 and at most 0.5, such as 0.01 or 1%"
    )]
    [InlineData(
        "falseRollbackBudget: 60%",
        "falseRollbackBudget: \"60%\" must be a probability above 0 and at most 0.5, such as 0.01 or 1%"
    )]
    [InlineData(
        "failureThreshold: 1",
        "failureThreshold: \"1\" must be a probability above 0 and below 1, such as 0.01 or 1%"
    )]
    [InlineData("ackRetries: 1.5", "ackRetries: \"1.5\" must be a whole number from 0 to 1000")]
    [InlineData("steps: []", "steps: [] must be 1 to 50 rising weights in per cent, such as [5, 25, 50, 100]")]
    [InlineData("steps: 50", "steps: must be a list, such as [5, 25, 50, 100]")]
    [InlineData("steps: [0, 100]", "steps: \"0\" must be a whole number from 1 to 100")]
    [InlineData("steps: [{}]", "steps: must be a single value")]
    [InlineData("synthetic: { rollback: on }", "synthetic.rollback: is no known key; did you mean rollsBack?")]
    [InlineData(
        "synthetic: { minEffect: 2 }",
        "synthetic.minEffect: \"2\" must be a probability above 0 and at most 1, such as 0.01 or 1%"
    )]
    [InlineData(
        "metrics: { cpu_pct: { minEffect: 0 } }",
        "metrics.cpu_pct.minEffect: \"0\" must be above 0: a number in the metric's unit, such as 0.002, or relative to stable, such as 5%"
    )]
    [InlineData("metrics: { x: { minEffect: 1 } }", "metrics.x: needs a kind: ratio, mean or gauge")]
    [InlineData("metrics: { x: { kind: mean } }", "metrics.x: needs a minEffect, such as 0.002 or 5%")]
    [InlineData(
        "metrics: { x: { kind: median, minEffect: 1 } }",
        "metrics.x.kind: \"median\" must be ratio or mean or gauge"
    )]
    [InlineData(
        "metrics: { x: { kind: ratio, minEffect: 5 } }",
        "metrics.x.minEffect: 5 must be below 1: the metric is a ratio"
    )]
    [InlineData("metrics: { cpu_pct: { wrose: up } }", "metrics.cpu_pct.wrose: is no known key; did you mean worse?")]
    [InlineData(
        "metrics: { cpu_pct: { wholly-other: up } }",
        "metrics.cpu_pct.wholly-other: is no known key; known keys are kind, worse, minEffect"
    )]
    public void Load_OneMistakeInAPolicy_IsNamed(string keys, string error) =>
        Errors($"policies:\n  default: {{ {keys} }}").ShouldBe([$"canarystreams.yaml:2: policies.default.{error}"]);

    [Fact]
    public void Load_NamedPolicy_IsCheckedWithWhatItInherits() =>
        Errors("policies:\n  default: { decideBy: 1h }\n  slow:\n    bake: 2h\n")
            .ShouldBe(["canarystreams.yaml:4: policies.slow.decideBy: 1h must be at least bake, which is 2h"]);

    [Fact]
    public void Load_MistakeInTheDefaultPolicy_IsNotRepeatedByThoseThatInheritIt() =>
        Errors("policies:\n  default: { decideBy: 20m }\n  a: { horizon: 20m }\n  b: {}\n").Length.ShouldBe(1);

    [Theory]
    [InlineData("kafka: {}\nstream: {\nbucket: 5s }", 2)]
    [InlineData("kafka: { group: a\n", 2)]
    [InlineData("kafka:\n  group: a\n bad: b", 3)]
    [InlineData("a: 1\n---\nb: 2", 2)]
    [InlineData("? [a]\n: b", 1)]
    [InlineData("kafka: *nobody", 1)]
    [InlineData("kafka:\n\tgroup: a", 2)]
    public void Load_BrokenYaml_SaysWhere(string text, int line) =>
        Errors(text).ShouldHaveSingleItem().ShouldStartWith($"canarystreams.yaml:{line}: no valid YAML: ");

    [Fact]
    public void Load_DeeplyNestedYaml_IsRefused() =>
        Errors("kafka: " + new string('[', 5000) + new string(']', 5000))
            .ShouldHaveSingleItem()
            .ShouldContain("nested deeper than 32 levels");

    [Fact]
    public void Load_GiantFile_IsRefused() =>
        Errors(new string('#', (1 << 20) + 1)).ShouldHaveSingleItem().ShouldContain("1048577 characters");

    [Fact]
    public void Load_TooMany_IsRefused()
    {
        var policies = string.Join('\n', Enumerable.Range(0, 201).Select(i => $"  p{i}: {{}}"));
        Errors("policies:\n" + policies)
            .ShouldBe(["canarystreams.yaml:202: policies.p200: is one policy too many; at most 200 are allowed"]);
        var metrics = string.Join(
            '\n',
            Enumerable.Range(0, 201).Select(i => $"      m{i}: {{ kind: mean, minEffect: 1 }}")
        );
        Errors("policies:\n  default:\n    metrics:\n" + metrics)
            .ShouldBe(["canarystreams.yaml:3: policies.default.metrics: has 201 metrics; at most 200 are allowed"]);
    }

    [Fact]
    public void Load_BadValueFromTheEnvironment_IsNotPrinted()
    {
        var errors = Errors(
            "kafka: { partitions: '${SECRET}' }\njournal: ${SECRET}",
            ("SECRET", "s3 cret"),
            ("KAFKA_BOOTSTRAP", "s3 cret")
        );
        errors.ShouldBe([
            "environment: KAFKA_BOOTSTRAP: must be host:port, several separated by commas",
            "canarystreams.yaml:1: kafka.partitions: \"${SECRET}\" must be a whole number from 1 to 1024",
            "canarystreams.yaml:2: journal: must be sqlite:PATH or postgres://USER@HOST/DATABASE",
        ]);
    }
}
