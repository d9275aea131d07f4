using CanaryStreams.Core.Telemetry;
using CanaryStreams.Kafka;
using CanaryStreams.Simulation.Engine;
using CanaryStreams.Simulation.World;

namespace CanaryStreams.Simulation.Broker;

/// <summary>
/// An idempotent producer: what it sends to a partition arrives in order and once, in part where it dies in the middle, and the
/// rest perhaps later, when nobody expects it any more.
/// </summary>
internal sealed class SimulatedSender(
    SimulatedWorld world,
    SimulatedBroker broker,
    SimulatedProcess process,
    Func<bool> isStopped
) : IRecordSender
{
    public Task<IReadOnlyCollection<PartitionOffset>> SendAsync(
        IReadOnlyList<OutputRecord> records,
        CancellationToken cancellation = default
    )
    {
        var ends = new Dictionary<TopicPartition, PartitionOffset>();
        for (var i = 0; i < records.Count; i++)
        {
            try
            {
                BeforeRecord(i, records);
            }
            catch (Exception error) when (error is not BrokenInvariantException)
            {
                LeaveBehind(records, i);
                throw;
            }
            var end = broker.Append(records[i], process.Name);
            ends[new TopicPartition(end.Topic, end.Partition)] = end;
        }
        if (records.Count > 0)
            process.Point($"after sending {records.Count} to {records[0].Topic}");
        return Task.FromResult<IReadOnlyCollection<PartitionOffset>>([.. ends.Values]);
    }

    private void BeforeRecord(int index, IReadOnlyList<OutputRecord> records)
    {
        process.Point($"sending {index + 1}/{records.Count} to {records[index].Topic}");
        while (broker.IsAway || world.NowMs < process.BrokerCutUntilMs)
        {
            world.Hold(500);
            process.ThrowIfDead();
            Stop();
        }
        Stop();
        if (world.Strikes(FaultKind.SendBroken, process.Name, $"{index + 1}/{records.Count} to {records[index].Topic}"))
            throw new BrokerException("the producer can't go on");
    }

    /// <summary>Who was stopped in the meantime gets no answer any more; what is sent is sent.</summary>
    private void Stop()
    {
        if (isStopped())
            throw new OperationCanceledException("the lane has been stopped");
    }

    private void LeaveBehind(IReadOnlyList<OutputRecord> records, int from)
    {
        if (!world.Strikes(FaultKind.LateSend, process.Name, records[from].Topic))
            return;
        var count = 1 + (int)world.Between(0, records.Count - from);
        var left = records.Skip(from).Take(count).Select(Copy).ToList();
        Land(left, 0);
    }

    private void Land(List<OutputRecord> left, int index) =>
        world.Later(
            world.Between(50, 3_000),
            () =>
            {
                if (broker.IsAway)
                {
                    Land(left, index);
                    return;
                }
                broker.Append(left[index], process.Name, isOfDead: true);
                if (index + 1 < left.Count)
                    Land(left, index + 1);
            }
        );

    private static OutputRecord Copy(OutputRecord record) =>
        record with
        {
            Key = record.Key.ToArray(),
            Value = record.Value.ToArray(),
        };
}
