using System.Diagnostics;
using CanaryStreams.Core.Telemetry;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CanaryStreams.Kafka;

/// <summary>
/// One member of a consumer group. Synchronous and for one thread: the caller polls at its own pace, and whatever happens
/// in the group is told from inside its calls.
/// <para>
/// Several topics are read <em>together</em>: the group hands out the partitions of the first one, and the same partitions of the
/// others come along, because all that concerns one application has to meet in one member. A group's own assignor doesn't
/// promise that (cooperative-sticky balances partitions of all topics one by one).
/// </para>
/// Records are delivered at least once: offsets count as done only when <see cref="Commit"/> says so. Nothing is
/// skipped unseen: an offset that the broker no longer has is reported through
/// <see cref="ConsumerCallbacks.RecordsLost"/>.
/// </summary>
public sealed class PartitionConsumer : IPartitionOffsets, IDisposable
{
    /// <summary>A poll ends when it has this much, even before its time and its count are reached.</summary>
    public const int PollBytesMax = 8 * 1024 * 1024;

    // The partitions that come along are taken up between two waits, so a wait is never long.
    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(50);

    private readonly KafkaSettings _settings;
    private readonly ConsumerCallbacks _callbacks;
    private readonly Offset _start;
    private readonly ILogger _logger;
    private readonly IConsumer<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> _consumer;
    private readonly HashSet<TopicPartition> _owned = [];
    private readonly OffsetRequests _offsets;
    private readonly PollBuffer _buffer = new();
    private readonly Companions _companions = new();
    private readonly Dictionary<TopicPartition, long> _missingFrom = [];
    private bool _closed;

    /// <exception cref="KafkaSettingsException">Settings that can't be used.</exception>
    public PartitionConsumer(
        KafkaSettings settings,
        ConsumerCallbacks? callbacks = null,
        StartPosition start = StartPosition.Earliest,
        ILogger? logger = null
    )
    {
        _settings = settings;
        _callbacks = callbacks ?? new ConsumerCallbacks();
        _start = start == StartPosition.Earliest ? Offset.Beginning : Offset.End;
        _logger = logger ?? NullLogger.Instance;
        _consumer = ClientFactory.Consumer(
            settings,
            builder =>
                builder
                    .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
                    .SetPartitionsRevokedHandler((_, partitions) => OnGone(partitions, lost: false))
                    .SetPartitionsLostHandler((_, partitions) => OnGone(partitions, lost: true))
                    .SetErrorHandler((_, error) => OnError(error)),
            _logger
        );
        _offsets = new OffsetRequests(_consumer, hasTimeIndex: !settings.IsEmbedded);
    }

    /// <summary>The partitions that this member reads now.</summary>
    public IReadOnlyCollection<TopicPartition> Assignment => _owned;

    /// <summary>Joins the group; all topics must have as many partitions as the first.</summary>
    public void Subscribe(params IReadOnlyList<string> topics)
    {
        if (topics.Count == 0)
            throw new ArgumentException("A member reads at least one topic.", nameof(topics));
        _companions.Topics = [.. topics.Skip(1)];
        _consumer.Subscribe(topics[0]);
    }

    /// <summary>
    /// Waits for records, at most <paramref name="max"/>, and takes what is there then, without waiting for more. At
    /// most <paramref name="maxRecords"/> in all; one batch per partition; each to be disposed by the caller.
    /// </summary>
    /// <exception cref="BrokerException">The client can't go on and has to be made anew.</exception>
    public IReadOnlyList<RawBatch> Poll(TimeSpan max, int maxRecords)
    {
        // What was taken before an exception stays in the buffer, and comes with the next poll.
        var began = Stopwatch.GetTimestamp();
        while (_buffer.Records < maxRecords && _buffer.Bytes < PollBytesMax)
        {
            var left = _buffer.Records > 0 ? TimeSpan.Zero : max - Stopwatch.GetElapsedTime(began);
            var wait =
                left < TimeSpan.Zero ? TimeSpan.Zero
                : left < WaitMax ? left
                : WaitMax;
            _companions.Settle(_consumer);
            var taken = TakeOne(wait);
            if (!taken && (left <= TimeSpan.Zero || _buffer.Records > 0))
                break;
        }
        _companions.Settle(_consumer);
        return _buffer.Take();
    }

    /// <summary>Stops fetching a partition; what was fetched ahead is given up and fetched again later.</summary>
    public void Pause(TopicPartition partition) => _consumer.Pause([partition.ToNative()]);

    public void Resume(TopicPartition partition) => _consumer.Resume([partition.ToNative()]);

    /// <summary>Goes on at another offset with the next poll.</summary>
    public void Seek(TopicPartition partition, long offset)
    {
        _buffer.Drop([partition]);
        MoveTo(partition.ToNative(), offset);
    }

    /// <summary>
    /// Makes offsets the ones that this group goes on at. False where some were not taken because the group has moved on (a
    /// rebalance under way, this member fallen out): their records will be read again, by whoever owns the partitions then.
    /// </summary>
    /// <exception cref="BrokerException">The client can't go on.</exception>
    public bool Commit(IEnumerable<PartitionOffset> offsets)
    {
        var wanted = offsets.ToList();
        // A member that commits what it doesn't own is thrown out, again and again.
        var owned = wanted.FindAll(offset => _owned.Contains(new TopicPartition(offset.Topic, offset.Partition)));
        try
        {
            if (owned.Count > 0)
                _consumer.Commit(owned.Select(offset => offset.ToNative()));
            return owned.Count == wanted.Count;
        }
        catch (KafkaException exception)
        {
            ThrowIfFatal(exception);
            KafkaLog.CommitRefused(_logger, BrokerError.From(exception.Error, _settings).Reason);
            return false;
        }
    }

    /// <summary>The group's committed offsets; partitions without one are left out.</summary>
    /// <exception cref="BrokerException">No answer in time; this holds for the next two as well.</exception>
    public IReadOnlyList<PartitionOffset> Committed(IEnumerable<TopicPartition> partitions) =>
        _offsets.Committed(partitions);

    /// <summary>
    /// First offset whose timestamp is not before <paramref name="time"/>; the end where there is none. The embedded broker
    /// has no index of times: there it is the earliest offset.
    /// </summary>
    public IReadOnlyList<PartitionOffset> OffsetsForTime(
        IReadOnlyList<TopicPartition> partitions,
        DateTimeOffset time
    ) => _offsets.ForTime(partitions, time);

    /// <summary>First offset that the broker still has, and the one that the next record will get.</summary>
    public (long Low, long High) Watermarks(TopicPartition partition) => _offsets.Watermarks(partition);

    /// <summary>Offset behind the newest record as the last fetch saw it; null before the first. Costs no request.</summary>
    public long? KnownEnd(TopicPartition partition)
    {
        var high = _consumer.GetWatermarkOffsets(partition.ToNative()).High;
        return high.IsSpecial ? null : high.Value;
    }

    /// <summary>Leaves the group, telling <see cref="ConsumerCallbacks.Revoked"/> first, and ends.</summary>
    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        _consumer.Close();
        _consumer.Dispose();
        _buffer.Discard();
    }

    /// <summary>Ends as a crash does: the group finds out by the session's time-out only.</summary>
    internal void Abandon()
    {
        _closed = true;
        _consumer.Dispose();
    }

    private bool TakeOne(TimeSpan wait)
    {
        try
        {
            if (_consumer.Consume(wait) is not { } result)
                return false;
            // Records fetched ahead may still come from a partition that has just gone, or gone and come back.
            var partition = TopicPartition.From(result.TopicPartition);
            if (_owned.Contains(partition) && !_companions.IsUnsettled(partition))
            {
                _buffer.Add(result);
                ReportMissing(partition, result.Offset.Value);
            }
            return true;
        }
        catch (ConsumeException exception) when (exception.Error.Code == ErrorCode.Local_AutoOffsetReset)
        {
            StartAnew(exception.ConsumerRecord.TopicPartitionOffset);
            return false;
        }
        catch (KafkaException exception)
        {
            ThrowIfFatal(exception);
            OnError(exception.Error, (exception as ConsumeException)?.ConsumerRecord?.Topic);
            return false;
        }
    }

    /// <summary>Nothing committed yet (the offset is a special one), or an offset that the broker doesn't have.</summary>
    private void StartAnew(TopicPartitionOffset missing)
    {
        var partition = TopicPartition.From(missing.TopicPartition);
        if (!_owned.Contains(partition))
            return;
        if (!missing.Offset.IsSpecial)
            _missingFrom[partition] = missing.Offset.Value;
        MoveTo(missing.TopicPartition, missing.Offset.IsSpecial ? _start : Offset.Beginning);
    }

    /// <summary>How much is missing shows with the first record behind it.</summary>
    private void ReportMissing(TopicPartition partition, long first)
    {
        if (_missingFrom.Count == 0 || !_missingFrom.Remove(partition, out var from))
            return;
        KafkaLog.RecordsLost(_logger, partition, from, first);
        _callbacks.RecordsLost?.Invoke(partition, from, first);
    }

    private void MoveTo(Confluent.Kafka.TopicPartition partition, Offset offset)
    {
        var position = new TopicPartitionOffset(partition, offset);
        try
        {
            _consumer.Seek(position);
        }
        catch (KafkaException exception) when (exception.Error.Code == ErrorCode.Local_State)
        {
            // A partition that isn't being fetched (yet, or after an error) can't seek; it can be begun anew.
            _consumer.IncrementalUnassign([partition]);
            _consumer.IncrementalAssign([position]);
        }
    }

    private IEnumerable<TopicPartitionOffset> OnAssigned(List<Confluent.Kafka.TopicPartition> partitions)
    {
        var all = _companions.With(partitions);
        KafkaLog.Assigned(_logger, string.Join(' ', all));
        _owned.UnionWith(all);
        var begin = (_callbacks.Assigned?.Invoke(all) ?? []).ToDictionary(
            offset => new TopicPartition(offset.Topic, offset.Partition),
            offset => new Offset(offset.NextOffset)
        );
        var positions = all.ConvertAll(one => new TopicPartitionOffset(
            one.ToNative(),
            begin.GetValueOrDefault(one, Offset.Unset)
        ));
        _companions.TakeUpLater(positions.Skip(partitions.Count));
        return positions.Take(partitions.Count);
    }

    private void OnGone(List<TopicPartitionOffset> partitions, bool lost)
    {
        var all = _companions.With(partitions.ConvertAll(position => position.TopicPartition));
        if (lost)
        {
            KafkaLog.Lost(_logger, string.Join(' ', all));
            _owned.ExceptWith(all);
            _callbacks.Lost?.Invoke(all);
        }
        else
        {
            KafkaLog.Revoked(_logger, string.Join(' ', all));
            _callbacks.Revoked?.Invoke(all);
            _owned.ExceptWith(all);
        }
        _buffer.Drop(all);
        foreach (var partition in all)
            _missingFrom.Remove(partition);
        _companions.LetGoLater(all.Skip(partitions.Count));
    }

    private void OnError(Error error, string? topic = null)
    {
        // The fatal flag comes with the next Consume as an exception.
        if (error.IsFatal)
            return;
        var trouble = BrokerError.From(error, _settings, topic);
        KafkaLog.BrokerTrouble(_logger, trouble);
        _callbacks.ErrorOccurred?.Invoke(trouble);
    }

    private static void ThrowIfFatal(KafkaException exception)
    {
        if (exception.Error.IsFatal)
            throw new BrokerException($"The Kafka consumer can't go on: {exception.Error.Reason}.", exception);
    }
}
