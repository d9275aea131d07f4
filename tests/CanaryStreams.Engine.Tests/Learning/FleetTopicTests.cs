using System.Collections.Concurrent;
using System.Text;
using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Learning;
using CanaryStreams.Kafka;
using CanaryStreams.Tests.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace CanaryStreams.Engine.Tests.Learning;

/// <summary>What one process has learnt reaches the others over the embedded broker.</summary>
public sealed class FleetTopicTests : IDisposable
{
    private const int Partitions = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly EmbeddedBroker _broker = new(Topics.All, Partitions);
    private readonly CancellationTokenSource _stop = new(Patience);

    private KafkaSettings Kafka => _broker.Settings();

    private static TopicLayout Layout => new(Topics.All.ToDictionary(topic => topic, _ => Partitions));

    private static OutputRecord Experience(int number)
    {
        var metric = new MetricExperience(
            new MetricPolicy("error_rate", MetricKind.Ratio, Worse.Up, new MinEffect(0.002, false)),
            [],
            [new ArmsBucket(60_000, new Arm(600, 0.002, 2, double.NaN), new Arm(600, 0.003, 2, double.NaN))]
        );
        var experience = new RolloutExperience($"r{number}", "shop", 1000 + number, [metric]);
        return new OutputRecord(
            Topics.Fleet,
            Encoding.UTF8.GetBytes(experience.Rollout),
            ExperienceJson.Encode(experience)
        );
    }

    private async Task PublishAsync(IEnumerable<OutputRecord> records)
    {
        await using var producer = new RecordProducer(Kafka);
        await producer.SendAsync([.. records], _stop.Token);
    }

    private (Task Reading, TaskCompletionSource CaughtUp, CountingFleet Fleet) Start()
    {
        var fleet = new CountingFleet();
        var caughtUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var topic = new FleetTopic(Kafka, Layout, fleet, TimeProvider.System, NullLogger<FleetTopic>.Instance);
        return (topic.RunAsync(caughtUp, _stop.Token), caughtUp, fleet);
    }

    private async Task EndAsync(Task reading)
    {
        await _stop.CancelAsync();
        await reading;
    }

    [Fact]
    public async Task RunAsync_AnEmptyTopic_IsCaughtUpAndKnowsNothing()
    {
        var (reading, caughtUp, fleet) = Start();

        await caughtUp.Task.WaitAsync(Patience);

        fleet.AsOf(long.MaxValue).Version.ShouldBeNull();
        await EndAsync(reading);
    }

    /// <summary>Whoever waits for what is read would wait for ever, and the engine not end.</summary>
    [Fact]
    public async Task RunAsync_StoppedBeforeItBegan_TellsWhoWaits()
    {
        await _stop.CancelAsync();

        var (reading, caughtUp, _) = Start();

        await Should.ThrowAsync<OperationCanceledException>(() => caughtUp.Task.WaitAsync(Patience));
        await reading;
    }

    [Fact]
    public async Task RunAsync_WhatAnotherPublished_IsKnownOnceCaughtUp()
    {
        await PublishAsync(Enumerable.Range(0, 12).Select(Experience));

        var (reading, caughtUp, fleet) = Start();
        await caughtUp.Task.WaitAsync(Patience);

        fleet.AsOf(long.MaxValue).Version.ShouldNotBeNull().ShouldStartWith("fleet/12@");
        await EndAsync(reading);
    }

    [Fact]
    public async Task RunAsync_WhatIsPublishedLater_IsLearntToo()
    {
        await PublishAsync(Enumerable.Range(0, 9).Select(Experience));
        var (reading, caughtUp, fleet) = Start();
        await caughtUp.Task.WaitAsync(Patience);
        fleet.AsOf(long.MaxValue).Version.ShouldBeNull();

        await PublishAsync([Experience(9)]);

        await fleet.Learnt(10).WaitAsync(Patience);
        fleet.AsOf(long.MaxValue).Version.ShouldNotBeNull().ShouldStartWith("fleet/10@");
        await EndAsync(reading);
    }

    [Fact]
    public async Task RunAsync_RecordsNobodyCanRead_ArePassedOver()
    {
        await PublishAsync([
            Records.Of(Topics.Fleet, "a", "no json"),
            Records.Of(Topics.Fleet, "b", ""),
            Records.Of(Topics.Fleet, "c", """{"version":1,"rollout":"c","app":"shop","time":1,"metrics":[{}]}"""),
            .. Enumerable.Range(0, 10).Select(Experience),
            Experience(3),
        ]);

        var (reading, caughtUp, fleet) = Start();
        await caughtUp.Task.WaitAsync(Patience);

        fleet.AsOf(long.MaxValue).Version.ShouldNotBeNull().ShouldStartWith("fleet/10@");
        await EndAsync(reading);
    }

    [Fact]
    public void IsCaughtUp_ReaderOfAnEmptyTopic_AtOnce()
    {
        using var reader = new TopicReader(Kafka, Topics.Fleet, Partitions, NullLogger.Instance);

        reader.IsCaughtUp.ShouldBeTrue();
        reader.Read(TimeSpan.FromMilliseconds(20)).ShouldBeNull();
    }

    [Fact]
    public async Task Read_RecordsOfAllPartitions_EachOnceAndForEveryReaderAnew()
    {
        await PublishAsync(Enumerable.Range(0, 20).Select(Experience));

        for (var reader = 0; reader < 2; reader++)
            ReadAll().ShouldBe(Enumerable.Range(0, 20).Select(i => $"r{i}"), ignoreOrder: true);
    }

    private List<string> ReadAll()
    {
        using var reader = new TopicReader(Kafka, Topics.Fleet, Partitions, NullLogger.Instance);
        var read = new List<string>();
        reader.IsCaughtUp.ShouldBeFalse();
        while (!reader.IsCaughtUp)
        {
            _stop.Token.ThrowIfCancellationRequested();
            if (reader.Read(TimeSpan.FromMilliseconds(200)) is { } value)
                read.Add(ExperienceJson.Decode(value).Rollout);
        }
        return read;
    }

    public void Dispose()
    {
        _stop.Dispose();
        _broker.Dispose();
    }

    /// <summary>Tells when it has learnt of so many rollouts.</summary>
    private sealed class CountingFleet : IFleet
    {
        private readonly IFleet _fleet = SharedFleet.Create(true, StreamSettings.Default);
        private readonly ConcurrentDictionary<int, TaskCompletionSource> _learnt = [];
        private int _count;

        public Task Learnt(int rollouts) => Source(rollouts).Task;

        public bool Learn(RolloutExperience experience)
        {
            var isNew = _fleet.Learn(experience);
            if (isNew)
                Source(++_count).TrySetResult();
            return isNew;
        }

        public FleetKnowledge AsOf(long timeMs) => _fleet.AsOf(timeMs);

        private TaskCompletionSource Source(int rollouts) =>
            _learnt.GetOrAdd(
                rollouts,
                _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
            );
    }
}
