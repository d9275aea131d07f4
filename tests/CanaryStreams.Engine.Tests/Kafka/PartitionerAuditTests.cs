using System.Text;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Kafka;

namespace CanaryStreams.Tests.Kafka;

public sealed class PartitionerAuditTests
{
    private const int Partitions = 8;

    private static readonly string[] Apps = [.. Enumerable.Range(0, 40).Select(i => $"app-{i}")];

    private readonly PartitionerAudit _audit = new(
        new TopicLayout(Topics.All.ToDictionary(topic => topic, _ => Partitions)),
        "consistent_random"
    );

    private delegate int Partitioner(ReadOnlySpan<byte> key, int partitions);

    [Fact]
    public void KeyPartitioner_KnownKeys_WhatTheClientsDo()
    {
        // Java: Utils.toPositive(Utils.murmur2("kafka")) % 1000; CRC-32 of "123456789" is 0xCBF43926.
        KeyPartitioner.Consistent("123456789"u8, 1_000_000).ShouldBe((int)(0xCBF43926u % 1_000_000));
        KeyPartitioner.Murmur2("kafka"u8, int.MaxValue).ShouldBe(unchecked((int)0xd067cf64) & int.MaxValue);
    }

    [Fact]
    public void Observe_AllAgree_NothingToSay()
    {
        Observe(Topics.Telemetry, KeyPartitioner.Consistent).ShouldBeEmpty();
        Observe(Topics.Updates, KeyPartitioner.Consistent).ShouldBeEmpty();
        Observe(Topics.Acks, KeyPartitioner.Consistent).ShouldBeEmpty();
    }

    [Fact]
    public void Observe_OneTopicByJavaClients_ToldOnceWithBothSides()
    {
        Observe(Topics.Updates, KeyPartitioner.Consistent).ShouldBeEmpty();

        var finding = Observe(Topics.Telemetry, KeyPartitioner.Murmur2).ShouldHaveSingleItem();

        finding.ShouldContain("canary.telemetry by murmur2_random (Java clients)");
        finding.ShouldContain("this program (kafka.partitioner) by consistent_random");
        Observe(Topics.Telemetry, KeyPartitioner.Murmur2).ShouldBeEmpty();
    }

    [Fact]
    public void Observe_EveryoneElseByTelegraf_OwnSettingIsNamed() =>
        Observe(Topics.Telemetry, KeyPartitioner.Fnv1A).ShouldHaveSingleItem().ShouldContain("kafka.partitioner");

    [Fact]
    public void Observe_NoPartitionerFits_SaysSo() =>
        Observe(Topics.Telemetry, (key, partitions) => key[^1] % partitions)
            .ShouldContain(finding => finding.StartsWith("canary.telemetry: no known partitioner"));

    [Fact]
    public void Observe_RecordsWithoutKey_ToldOnce()
    {
        _audit.Observe(Batch(Topics.Telemetry, "", 3)).ShouldNotBeNull().ShouldContain("without a key");
        _audit.Observe(Batch(Topics.Telemetry, "", 4)).ShouldBeNull();
    }

    [Fact]
    public void Observe_TopicNotKeyedByApp_NoneOfItsBusiness() =>
        Observe(Topics.Events, KeyPartitioner.Murmur2).ShouldBeEmpty();

    private List<string> Observe(string topic, Partitioner partitioner) =>
        [
            .. Apps.Select(app =>
                    _audit.Observe(Batch(topic, app, partitioner(Encoding.UTF8.GetBytes(app), Partitions)))
                )
                .OfType<string>(),
        ];

    private static RawBatch Batch(string topic, string key, int partition) =>
        RawBatch.Of([new(topic, partition, 0, 0, Encoding.UTF8.GetBytes(key), "{}"u8.ToArray(), null)]);
}
