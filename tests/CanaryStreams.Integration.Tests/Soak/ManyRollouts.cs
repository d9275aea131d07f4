using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;
using Confluent.Kafka;

namespace CanaryStreams.Integration.Tests.Soak;

/// <summary>Many applications, each under a rollout that stays; their agents answer at once.</summary>
internal sealed class ManyRollouts : IAsyncDisposable
{
    private readonly string[] _apps;
    private readonly Samples _samples = new(21);
    private readonly IProducer<string, byte[]> _producer;
    private readonly Follower _control;
    private readonly Follower _events;
    private int _answered;
    private int _heard;
    private int _takenOver;

    public ManyRollouts(string bootstrap, int count)
    {
        _apps = [.. FleetLoad.Names(count)];
        _producer = Outside.Producer(bootstrap);
        _control = new Follower(bootstrap, Topics.Control, Answer);
        _events = new Follower(bootstrap, Topics.Events, Hear);
    }

    public int Answered => Volatile.Read(ref _answered);

    /// <summary>Events of rollouts so far: what was decided.</summary>
    public int Events => Volatile.Read(ref _heard);

    /// <summary>Rollouts that came under a new owner, since <see cref="ForgetTakeOvers"/>.</summary>
    public int TakenOver => Volatile.Read(ref _takenOver);

    public void ForgetTakeOvers() => Volatile.Write(ref _takenOver, 0);

    public void Request()
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var app in _apps)
            Send(Samples.Request(now, app, "0", "1", ["eu-1"]));
        _producer.Flush(TimeSpan.FromMinutes(1));
    }

    /// <summary>A sample of each side of each application.</summary>
    /// <returns>How many measurements that are.</returns>
    public int Report()
    {
        var now = TimeProvider.System.GetUtcNow();
        var sent = 0;
        foreach (var app in _apps)
        foreach (var (track, version) in new[] { ("stable", "0"), ("canary", "1") })
        foreach (var sample in _samples.Measurements(now, new Side(app, "eu-1", track, version, IsBroken: false)))
        {
            Send(sample);
            sent++;
        }
        return sent;
    }

    public async ValueTask DisposeAsync()
    {
        await _control.DisposeAsync();
        await _events.DisposeAsync();
        _producer.Dispose();
    }

    private void Answer(Found record)
    {
        var command = Audit.CommandOf(record).Command;
        var now = TimeProvider.System.GetUtcNow();
        var (id, rollout, app, cluster) = (command.Id, command.Rollout, command.App, command.Cluster);
        var answer = new Acknowledgement(now, id, rollout, app, cluster, AckStatus.Applied, command.WeightPct, null);
        Send(new Sample(Topics.Acks, app, AckCodec.Encode(answer)));
        Interlocked.Increment(ref _answered);
    }

    private void Hear(Found record)
    {
        Interlocked.Increment(ref _heard);
        if (record.Value.AsSpan().IndexOf("rollout.ownership-taken.v1"u8) >= 0)
            Interlocked.Increment(ref _takenOver);
    }

    private void Send(Sample sample) =>
        _producer.Produce(sample.Topic, new Message<string, byte[]> { Key = sample.Key, Value = sample.Value });
}
