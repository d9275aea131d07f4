using CanaryStreams.Agent;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Kafka;

namespace CanaryStreams.Cli.Demo;

/// <summary>
/// The simulated fleet. It speaks to the engine through Kafka alone: producers publish telemetry, runners publish
/// synthetic results, agents take commands and acknowledge them.
/// </summary>
internal sealed class DemoFleet
{
    private const int JourneyEverySamples = 3;

    private readonly KafkaSettings _kafka;
    private readonly TimeProvider _time;
    private readonly List<Application> _applications = [];
    private DateTimeOffset _next;
    private int _samples;

    public DemoFleet(KafkaSettings kafka, TimeProvider time, ulong seed)
    {
        _kafka = kafka;
        _time = time;
        var part = 0UL;
        foreach (var update in DemoScenario.Updates)
        {
            var clusters = DemoScenario
                .Clusters.Select(cluster => new SimulatedCluster(update, cluster, SeededRandom.Of(seed, part++)))
                .ToList();
            var agents = clusters.ConvertAll(cluster => new DeploymentAgent(update.App, cluster.Name, cluster));
            _applications.Add(new Application(update, clusters, agents));
        }
    }

    /// <summary>Requests that met the update's new version, and all requests of its clusters over the same time.</summary>
    public (long Touched, long All) RequestsOf(DemoUpdate update)
    {
        var clusters = _applications.First(a => a.Update == update).Clusters;
        return (clusters.Sum(c => c.NewVersionRequests), clusters.Sum(c => c.RequestsSinceStart));
    }

    /// <summary>The rollout has ended: from now on its requests are nobody's risk.</summary>
    public void Close(DemoUpdate update)
    {
        foreach (var cluster in _applications.First(a => a.Update == update).Clusters)
            cluster.IsOpen = false;
    }

    /// <summary>What the stable versions published before anybody watched.</summary>
    public async Task PublishPastAsync(DateTimeOffset until, CancellationToken stop)
    {
        await using var producer = new RecordProducer(_kafka);
        var records = new List<OutputRecord>();
        for (_next = until - DemoScenario.History; _next < until; _next += DemoScenario.SampleEvery)
            records.AddRange(Sample(_next));
        await producer.SendAsync(records, stop);
    }

    /// <summary>Goes on where the past ended, at the pace of the clock, until stopped.</summary>
    public async Task PublishAsync(CancellationToken stop)
    {
        await using var producer = new RecordProducer(_kafka);
        for (; !stop.IsCancellationRequested; _next += DemoScenario.SampleEvery)
        {
            var wait = _next - _time.GetUtcNow();
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, _time, stop);
            await producer.SendAsync(Sample(_next), stop);
        }
    }

    public async Task RequestAsync(DateTimeOffset time, CancellationToken stop)
    {
        await using var producer = new RecordProducer(_kafka);
        await producer.SendAsync([.. DemoScenario.Updates.Select(u => DemoRecords.Request(time, u))], stop);
    }

    /// <summary>The agents: apply each command once, acknowledge it every time.</summary>
    public async Task RunAgentsAsync(CancellationToken stop)
    {
        await Task.Yield();
        using var consumer = new PartitionConsumer(_kafka with { Group = "demo-agents" });
        await using var acks = new RecordProducer(_kafka);
        consumer.Subscribe(Topics.Control);
        while (!stop.IsCancellationRequested)
        {
            foreach (var batch in consumer.Poll(TimeSpan.FromMilliseconds(20), 100))
            {
                using (batch)
                {
                    var answers = batch.Records.SelectMany(Handle).ToList();
                    await acks.SendAsync(answers, stop);
                }
                consumer.Commit([new PartitionOffset(batch.Topic, batch.Partition, batch.NextOffset)]);
            }
            foreach (var agent in _applications.SelectMany(a => a.Agents))
                agent.ExpireAt(_time.GetUtcNow());
        }
    }

    private IEnumerable<OutputRecord> Handle(RawRecord record)
    {
        if (ControlCodec.Decode(record.Value.Span, out _) is not { } command)
            yield break;
        foreach (var agent in _applications.SelectMany(a => a.Agents))
        {
            if (agent.Handle(command, _time.GetUtcNow()) is { } ack)
                yield return new OutputRecord(Topics.Acks, record.Key.ToArray(), AckCodec.Encode(ack));
        }
    }

    private List<OutputRecord> Sample(DateTimeOffset time)
    {
        var withJourneys = _samples++ % JourneyEverySamples == 0;
        var records = new List<OutputRecord>();
        foreach (var application in _applications)
        {
            if (application.FirstCanary is null && application.Clusters.Any(c => c.HasCanary))
                application.FirstCanary = time;
            foreach (var cluster in application.Clusters)
            {
                cluster.IsOpen |= application.FirstCanary == time;
                cluster.Sample(time, DemoScenario.SampleEvery, application.FirstCanary ?? time, records);
                if (withJourneys)
                    cluster.RunJourneys(time, application.FirstCanary ?? time, records);
            }
        }
        return records;
    }

    private sealed class Application(
        DemoUpdate update,
        IReadOnlyList<SimulatedCluster> clusters,
        IReadOnlyList<DeploymentAgent> agents
    )
    {
        public DemoUpdate Update => update;
        public IReadOnlyList<SimulatedCluster> Clusters => clusters;
        public IReadOnlyList<DeploymentAgent> Agents => agents;
        public DateTimeOffset? FirstCanary { get; set; }
    }
}
